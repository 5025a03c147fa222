"""What each option costs a month at a load, by the meters with which `wellmade cost` prices templates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wellmade.advise import compute_costs, data_costs, entry_costs, messaging_costs
from wellmade.advise.fields import Value
from wellmade.advise.taken import Taken
from wellmade.advise.workload import Workload

Coster = Callable[[Workload, Mapping[str, Value]], Taken]
COSTS: Mapping[tuple[str, str], Coster] = {
    (question, option): coster
    for question, module in (
        ("compute", compute_costs.COSTS),
        ("messaging", messaging_costs.COSTS),
        ("data_store", data_costs.COSTS),
        ("front_door", entry_costs.COSTS),
    )
    for option, coster in module.items()
}


@dataclass(frozen=True)
class Cost:
    """US dollars of a month, and what of it has no price."""

    usd: float = 0.0
    not_priced: tuple[str, ...] = ()
    is_priced: bool = True
    """Whether anything of it has a price; the sum of nothing has."""

    def __add__(self, other: "Cost") -> "Cost":
        """Return both together."""
        return Cost(
            self.usd + other.usd, self.not_priced + other.not_priced, self.is_priced or other.is_priced
        )

    @property
    def rank(self) -> tuple[bool, float]:
        """Return by what it is compared: what has prices for all of it comes first."""
        return bool(self.not_priced), self.usd

    @property
    def shown(self) -> str:
        """Return it in words."""
        if not self.is_priced:
            return "not priced"
        return f"{'at least ' if self.not_priced else ''}{self.usd:,.2f} US dollars"


def cost_of(question: str, option: str, workload: Workload, values: Mapping[str, Value], region: str) -> Cost:
    """Return what an option costs a month at the load of a workload."""
    usd, unpriced, count = 0.0, [], 0
    for taken in COSTS[question, option](workload, values):
        if isinstance(taken, str):
            unpriced.append(taken)
            continue
        meter, units = taken
        cost = meter.cost(units, region)
        if cost is None:
            unpriced.append(f"{meter.name} in {region}")
        else:
            usd, count = usd + cost, count + 1
    return Cost(usd, tuple(unpriced), count > 0 or not unpriced)
