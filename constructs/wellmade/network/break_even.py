"""NAT gateway or endpoints: what either costs."""

from dataclasses import dataclass

from wellmade.facts.prices import HOURS_A_MONTH, basis, price


@dataclass(frozen=True)
class Comparison:
    """The monthly cost of both ways, for traffic to AWS services alone.

    A gateway that is there for other reasons costs its hours anyway, so only its bytes count.

    Args:
        services: Interface endpoints that would be needed.
        zones: Zones that each would be in.
        gigabytes: What passes in a month.
    """

    services: int
    zones: int
    gigabytes: float

    @property
    def resting(self) -> float:
        """Dollars a month for endpoints that nothing passes."""
        return self.services * self.zones * price("interface_endpoint_hour") * HOURS_A_MONTH

    @property
    def by_endpoints(self) -> float:
        """Dollars a month through endpoints."""
        return self.resting + self.gigabytes * price("interface_endpoint_gigabyte")

    @property
    def by_nat(self) -> float:
        """Dollars a month through a gateway that is there."""
        return self.gigabytes * price("nat_gateway_gigabyte")

    @property
    def break_even(self) -> float:
        """Gigabytes a month from which endpoints are cheaper."""
        return self.resting / (price("nat_gateway_gigabyte") - price("interface_endpoint_gigabyte"))

    @property
    def endpoints_are_cheaper(self) -> bool:
        """Tell whether this traffic pays for them."""
        return self.by_endpoints < self.by_nat

    def sentence(self, *, chosen: bool, only: bool) -> str:
        """Say what was chosen, why, and what it costs."""
        why = "no other way leads out" if only else f"break-even at {self.break_even:,.0f} GB a month"
        what = "endpoints" if chosen else "NAT gateway"
        by_way = f"endpoints cost ${self.by_endpoints:,.2f}, bytes through NAT ${self.by_nat:,.2f}"
        return (
            f"{what} for {self.services} services in {self.zones} zones ({why}): "
            f"at {self.gigabytes:,.0f} GB a month {by_way} ({basis()})"
        )
