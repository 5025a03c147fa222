"""AWS Budgets: actions by the day; budgets themselves, their notices and anomaly detection cost nothing."""

from collections.abc import Iterator

from wellmade.cost.meter import Charge, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/aws-cost-management/aws-budgets/pricing/"
ACTIONS = flat("budgets with actions", PAGE, "budgets_action_enabled_day", free=62)
DAYS_A_MONTH = HOURS_A_MONTH / 24


def action(resource: Resource, usage: Usage) -> Iterator[Charge]:  # noqa: ARG001 - it depends on neither
    """Yield the days of a month on which a budget has an action."""
    yield Charge(ACTIONS, DAYS_A_MONTH, fixed=True)


PRICED = {"AWS::Budgets::BudgetsAction": action}
