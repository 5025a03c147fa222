"""What governs an account: budgets with actions by the day, trails by event, rules by evaluation."""

from collections.abc import Iterator

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/aws-cost-management/aws-budgets/pricing/"
CONFIG_PAGE = "https://aws.amazon.com/config/pricing/"
ACTIONS = flat("budgets with actions", PAGE, "budgets_action_enabled_day", free=62)
DAYS_A_MONTH = HOURS_A_MONTH / 24


def action(resource: Resource, usage: Usage) -> Iterator[Charge]:  # noqa: ARG001 - it depends on neither
    """Yield the days of a month on which a budget has an action."""
    yield Charge(ACTIONS, DAYS_A_MONTH, fixed=True)


def trail(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield nothing for the first copy of management events; data events are paid for and not priced."""
    usage.assume(f"{short(resource)}: the account's first trail, whose management events are free")
    if resource.get("EventSelectors") or resource.get("AdvancedEventSelectors"):
        yield NotPriced("data events are paid for by number, which no template tells")


def organization_rule(resource: Resource, usage: Usage) -> Iterator[NotPriced]:  # noqa: ARG001 - as above
    """Yield that evaluations are paid for."""
    yield NotPriced("evaluations and recorded changes of each account; no source of today's price")


PRICED = {
    "AWS::Budgets::BudgetsAction": action,
    "AWS::CloudTrail::Trail": trail,
    "AWS::Config::OrganizationConfigRule": organization_rule,
}
