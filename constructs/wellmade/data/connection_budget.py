"""How many connections a database has to give, and who may hold how many."""

from dataclasses import dataclass, field

from constructs import IConstruct

from wellmade.foundation.refusal import refusal

CONNECTIONS = {1: 189, 4: 823, 8: 1669, 16: 3360, 32: 5000}
"""Connections of Aurora PostgreSQL by its most capacity units, as the service computes them.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
"""

PERCENT_FOR_THE_PROXY = 90
"""The rest is for people, who come when nothing else works."""


def connections_at(capacity: int) -> int:
    """Return how many connections a database has at a capacity; between two that are known, the lower."""
    return CONNECTIONS[max(known for known in CONNECTIONS if known <= capacity)]


@dataclass
class ConnectionBudget:
    """The connections of one proxy, and what is booked of them."""

    scope: IConstruct
    capacity: int
    booked: dict[str, int] = field(default_factory=dict)

    @property
    def pool(self) -> int:
        """Connections that the proxy may give away at once."""
        return connections_at(self.capacity) * PERCENT_FOR_THE_PROXY // 100

    def book(self, caller: str, copies: int, each: int) -> None:
        """Keep `copies` times `each` connections for a caller.

        Raises:
            ValueError: If the sum over all callers is more than the pool; the message shows how it adds up.
        """
        self.booked[caller] = self.booked.get(caller, 0) + copies * each
        total = sum(self.booked.values())
        if total > self.pool:
            terms = " + ".join(f"{number} of {name}" for name, number in self.booked.items())
            whole = connections_at(self.capacity)
            allowed = (
                f"at most {self.pool} in sum ({PERCENT_FOR_THE_PROXY} % of the {whole} that "
                f"{self.capacity} capacity units give)"
            )
            fix = f"give {caller} fewer copies or connections, or raise maximum_capacity"
            raise refusal(self.scope, "connections", allowed, f"{total} ({terms})", fix)
