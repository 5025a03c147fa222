"""The rules of a web access list, in their order."""

from aws_cdk import aws_wafv2 as wafv2

from wellmade.facts.waf import MANAGED_GROUPS, WINDOW


def rules_of(rate_limit: int) -> list[wafv2.CfnWebACL.RuleProperty]:
    """Return the rule on the rate of each address, then the groups that AWS keeps up to date."""
    return [_rate(rate_limit), *map(_managed, range(len(MANAGED_GROUPS)), MANAGED_GROUPS)]


def visible(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    """Return how CloudWatch calls a rule or a list."""
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )


def _rate(limit: int) -> wafv2.CfnWebACL.RuleProperty:
    rate = wafv2.CfnWebACL.RateBasedStatementProperty(
        aggregate_key_type="IP", limit=limit, evaluation_window_sec=WINDOW
    )
    return wafv2.CfnWebACL.RuleProperty(
        name="RateOfAnAddress",
        priority=0,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=wafv2.CfnWebACL.StatementProperty(rate_based_statement=rate),
        visibility_config=visible("RateOfAnAddress"),
    )


def _managed(number: int, name: str) -> wafv2.CfnWebACL.RuleProperty:
    group = wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(vendor_name="AWS", name=name)
    return wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=number + 1,
        # The group decides; `none` leaves its decisions as they are.
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=wafv2.CfnWebACL.StatementProperty(managed_rule_group_statement=group),
        visibility_config=visible(name),
    )
