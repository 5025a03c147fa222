"""How many connections a database has to give, and who may hold how many."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from constructs import IConstruct

from wellmade.facts.aurora import PERCENT_FOR_THE_PROXY
from wellmade.kit.refusals import RefusedError, refusal


@dataclass
class ConnectionBudget:
    """The connections of one proxy, and what is booked of them."""

    scope: IConstruct
    whole: int
    """Connections of the database."""
    capacity: int
    """Its most capacity units."""
    booked: dict[str, int] = field(default_factory=dict)

    @property
    def pool(self) -> int:
        """Connections that the proxy may give away at once."""
        return self.whole * PERCENT_FOR_THE_PROXY // 100

    def book(self, workload: str, concurrency: int, each: int) -> None:
        """Keep `concurrency` times `each` connections for a workload.

        Raises:
            RefusedError: If the sum over all workloads is more than the pool; the message shows how it adds
                up.
        """
        self.booked[workload] = self.booked.get(workload, 0) + concurrency * each
        if sum(self.booked.values()) > self.pool:
            raise self.overdrawn(self.booked, workload)

    def overdrawn(self, booked: Mapping[str, int], workload: str) -> RefusedError:
        """Return the refusal of bookings that are more than the pool, and shows how they add up.

        Args:
            booked: By workload.
            workload: Which should have fewer.
        """
        terms = " + ".join(f"{number} of {name}" for name, number in booked.items())
        allowed = (
            f"at most {self.pool} in sum ({PERCENT_FOR_THE_PROXY} % of the {self.whole} that "
            f"{self.capacity} capacity units give)"
        )
        fix = f"give {workload} a lower max_concurrency or fewer connections, or raise max_capacity"
        got = f"{sum(booked.values())} ({terms})"
        return refusal(self.scope, "connections", allowed, got, fix, rule="connection-budget")
