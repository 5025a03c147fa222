"""WAF before a load balancer, an API or a distribution."""

from typing import Literal

from aws_cdk import Annotations, ArnFormat
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from wellmade.facts.prices import basis, price
from wellmade.foundation.alarms import define_alarm
from wellmade.foundation.log_group import define_log_group
from wellmade.foundation.names import stack_scoped_name
from wellmade.foundation.refusal import refusal, require_between
from wellmade.foundation.tree import stack_of

MANAGED = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
)
"""Source: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html"""

SECRET_HEADERS = ("authorization", "cookie")


class WebFirewall(Construct):
    """Stop addresses that ask too often, and requests that are known to be attacks.

    Defines: web access list with a rule on the rate of each address and four groups that AWS keeps up to
    date, its log without secret headers, an alarm on a surge of blocked requests. What it costs is shown at
    synth.

    Example:
        firewall = WebFirewall(self, "Firewall", requests_in_five_minutes=1000)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        service = WebService(self, "Shop", vpc=vpc, program="order_api", entry=Entry(public=False))
        firewall.protect(service.load_balancer)

    Args:
        requests_in_five_minutes: Most requests of one address in five minutes, 10 to 2,000,000,000. Default:
            2000.
        before: What it stands before: `regional` load balancers and APIs, or `cloudfront` distributions, in
            us-east-1 only. Default: `regional`.
        log_retention: How long the log is kept. Default: one month.
        blocked_a_minute: Blocked requests a minute above which the alarm fires. Default: 100.

    Raises:
        ValueError: If a number is out of bounds, or `before` is neither.
    """

    web_acl: wafv2.CfnWebACL
    """The rules; a distribution names its ARN as `web_acl_id`."""
    log_group: logs.LogGroup
    """What was asked, by whom, and which rule decided."""
    alarms: list[cloudwatch.Alarm]
    """On a surge of blocked requests."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        requests_in_five_minutes: int = 2000,
        before: Literal["regional", "cloudfront"] = "regional",
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        blocked_a_minute: int = 100,
    ) -> None:
        super().__init__(scope, construct_id)
        fix = "2000 stops floods and no person"
        require_between(self, "requests_in_five_minutes", requests_in_five_minutes, 10, 2_000_000_000, fix)
        if before not in {"regional", "cloudfront"}:
            fix = "a load balancer needs regional"
            raise refusal(self, "before", "regional or cloudfront", repr(before), fix)
        rules = [_rate(requests_in_five_minutes), *map(_managed, range(len(MANAGED)), MANAGED)]
        self.web_acl = wafv2.CfnWebACL(
            self,
            "Rules",
            scope=before.upper(),
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visible(construct_id),
            rules=rules,
        )
        self.log_group = self._define_log(log_retention)
        self.alarms = [self._define_alarm(construct_id, blocked_a_minute)]
        self._show_cost(len(rules))

    def protect(self, entry: elbv2.IApplicationLoadBalancer | str) -> None:
        """Put the firewall before a load balancer, or before a stage of an API by its ARN."""
        arn = entry if isinstance(entry, str) else entry.load_balancer_arn
        number = len([c for c in self.node.children if c.node.id.startswith("Association")]) + 1
        wafv2.CfnWebACLAssociation(
            self, f"Association{number}", resource_arn=arn, web_acl_arn=self.web_acl.attr_arn
        )

    def _define_log(self, retention: logs.RetentionDays) -> logs.LogGroup:
        group = define_log_group(
            self,
            "Log",
            harmless="secret headers are left out",
            retention=retention,
            # The prefix is WAF's own rule.
            name=f"aws-waf-logs-{stack_scoped_name(self, 'Log', max_length=100)}",
        )
        delivery = iam.PolicyStatement(
            principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[group.log_group_arn],
            conditions={"StringEquals": {"aws:SourceAccount": stack_of(self).account}},
        )
        group.add_to_resource_policy(delivery)
        group_arn = stack_of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name=group.log_group_name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=self.web_acl.attr_arn,
            log_destination_configs=[group_arn],
            redacted_fields=[
                wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": header})
                for header in SECRET_HEADERS
            ],
        )
        return group

    def _define_alarm(self, name: str, above: int) -> cloudwatch.Alarm:
        region = {} if self.web_acl.scope == "CLOUDFRONT" else {"Region": stack_of(self).region}
        return define_alarm(
            self,
            "Blocked",
            metric="BlockedRequests",
            namespace="AWS/WAFV2",
            dimensions={"WebACL": name, "Rule": "ALL", **region},
            statistic="Sum",
            above=above,
            description="Many requests are blocked: an attack, or a rule that is wrong. Read the log.",
        )

    def _show_cost(self, rules: int) -> None:
        month = price("web_acl_month") + rules * price("web_acl_rule_month")
        million = price("web_acl_million_requests")
        Annotations.of(self).add_info(
            f"firewall: ${month:.2f} a month and ${million:.2f} a million requests ({basis()})"
        )


def _rate(limit: int) -> wafv2.CfnWebACL.RuleProperty:
    rate = wafv2.CfnWebACL.RateBasedStatementProperty(
        aggregate_key_type="IP", limit=limit, evaluation_window_sec=300
    )
    return wafv2.CfnWebACL.RuleProperty(
        name="RateOfAnAddress",
        priority=0,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=wafv2.CfnWebACL.StatementProperty(rate_based_statement=rate),
        visibility_config=_visible("RateOfAnAddress"),
    )


def _managed(number: int, name: str) -> wafv2.CfnWebACL.RuleProperty:
    group = wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(vendor_name="AWS", name=name)
    return wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=number + 1,
        # The group decides; `none` leaves its decisions as they are.
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=wafv2.CfnWebACL.StatementProperty(managed_rule_group_statement=group),
        visibility_config=_visible(name),
    )


def _visible(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
