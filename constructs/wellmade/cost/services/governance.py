"""What governs an account: budgets with actions by the day, trails by event, rules by evaluation."""

from collections.abc import Iterator

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Resource, as_list, as_mapping

PAGE = "https://aws.amazon.com/aws-cost-management/aws-budgets/pricing/"
CONFIG_PAGE = "https://aws.amazon.com/config/pricing/"
ACTIONS = flat("budgets with actions", PAGE, "budgets_action_enabled_day", free=62)
BY_USE = {
    "AWS::Backup::BackupPlan": "GB that its backups keep, which no template tells",
    "AWS::Config::ConfigRule": "evaluations; no source of today's price",
    "AWS::Config::ConfigurationRecorder": "recorded changes; no source of today's price",
    "AWS::Config::RemediationConfiguration": "steps of the document; no source of today's price",
    "AWS::Macie::Session": "buckets and GB that are looked into; no source of today's price",
}
DAYS_A_MONTH = HOURS_A_MONTH / 24


def action(resource: Resource, usage: Usage) -> Iterator[Charge]:  # noqa: ARG001 - it depends on neither
    """Yield the days of a month on which a budget has an action."""
    yield Charge(ACTIONS, DAYS_A_MONTH, fixed=True)


def trail(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield nothing for the first copy of management events; data events are paid for and not priced."""
    if _has_management_events(resource):
        usage.assume(f"{short(resource)}: the account's first trail, whose management events are free")
    if resource.get("InsightSelectors"):
        yield NotPriced("events that are looked into for insights, of which no template tells the number")
    if resource.get("EventSelectors") or resource.get("AdvancedEventSelectors"):
        yield NotPriced("data events are paid for by number, which no template tells")


def _has_management_events(trail: Resource) -> bool:
    """Tell whether a trail may have them: advanced selectors that all select data have none."""
    fields = [
        as_mapping(field)
        for selector in as_list(trail.get("AdvancedEventSelectors"))
        for field in as_list(as_mapping(selector).get("FieldSelectors"))
    ]
    categories = [as_list(each.get("Equals")) for each in fields if each.get("Field") == "eventCategory"]
    return not categories or any(each != ["Data"] for each in categories)


def by_use(resource: Resource, usage: Usage) -> Iterator[NotPriced]:  # noqa: ARG001 - as above
    """Yield what is paid for by use that no template tells."""
    yield NotPriced(BY_USE[resource.type])


def organization_rule(resource: Resource, usage: Usage) -> Iterator[NotPriced]:  # noqa: ARG001 - as above
    """Yield that evaluations are paid for."""
    yield NotPriced("evaluations and recorded changes of each account; no source of today's price")


PRICED = {
    "AWS::Budgets::BudgetsAction": action,
    "AWS::CloudTrail::Trail": trail,
    "AWS::Config::OrganizationConfigRule": organization_rule,
    **dict.fromkeys(BY_USE, by_use),
}
