"""WAF before a load balancer, an API or a distribution."""

from typing import Any, Literal, TypedDict

from aws_cdk import Annotations, ArnFormat
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from wellmade.facts.prices import basis, price
from wellmade.facts.waf import LOG_PREFIX, METRIC_NAME_LENGTH, RATE_LIMIT, REGION_OF_CLOUDFRONT
from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.foundation.graphs import Graph
from wellmade.kit.log_group import define_log_group
from wellmade.kit.lookups import is_unresolved, offers, stack_of
from wellmade.kit.names import early_name
from wellmade.kit.refusals import refusal, require_between
from wellmade.security.firewall_entries import claim, refuse_wrong_arn
from wellmade.security.firewall_rules import rules_of, visible

SECRET_HEADERS = ("authorization", "cookie")
BLOCKED = "Many requests are blocked: an attack, or a rule that is wrong. Read the firewall's log for which."

Scope = Literal["REGIONAL", "CLOUDFRONT"]
Entry = (
    elbv2.IApplicationLoadBalancer
    | elbv2.ApplicationLoadBalancer
    | apigateway.IStage
    | apigateway.Stage
    | cloudfront.Distribution
    | str
)
"""What may be protected."""


class FirewallAlarms(Alarms):
    """Alarms of a firewall."""

    blocked_requests: cloudwatch.Alarm
    """Requests that are blocked, in a minute."""


class FirewallThresholds(TypedDict, total=False):
    """Thresholds of a firewall's alarms; None leaves one out."""

    blocked_requests: float | None


class WebFirewall(Construct):
    """Stop addresses that ask too often, and requests that are known to be attacks.

    Defines: web access list with a rule on the rate of each address and four groups that AWS keeps up to
    date, its log without secret headers, an alarm on a surge of blocked requests. What it costs is shown at
    synth.

    Example:
        firewall = WebFirewall(self, "Firewall", rate_limit=1000)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        service = WebService(self, "Shop", vpc=vpc, image="order_api", ingress=Ingress(public=False))
        firewall.protect(service.load_balancer)

    Args:
        rate_limit: Most requests of one address in five minutes, 10 to 2,000,000,000. Default: 2000.
        scope: What it stands before: `REGIONAL` load balancers and APIs, or `CLOUDFRONT` distributions, in
            us-east-1 only. Default: `REGIONAL`.
        log_retention: How long the log is kept. Default: one month.
        encryption_key: Your own key for the log. Default: CloudWatch's own.
        alarm_thresholds: By alarm (`blocked_requests` a minute) the line above which it fires, or None to
            leave it out. Default: 100.

    Raises:
        RefusedError: If a number is out of bounds, `scope` is neither, or distributions are protected from
            another region.
    """

    web_acl: wafv2.CfnWebACL
    """The rules."""
    log_group: logs.LogGroup
    """What was asked, by whom, and which rule decided."""
    alarms: FirewallAlarms
    """`blocked_requests`."""

    def __init__(
        self,
        scope_: Construct,
        construct_id: str,
        *,
        rate_limit: int = 2000,
        scope: Scope = "REGIONAL",
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        encryption_key: kms.IKey | kms.Key | None = None,
        alarm_thresholds: FirewallThresholds | None = None,
    ) -> None:
        super().__init__(scope_, construct_id)
        self._refuse_wrong(rate_limit, scope)
        self._scope: Scope = scope
        # A name of its own, so that two firewalls of an account do not count into one metric.
        self._metric_name = early_name(scope_, construct_id, max_length=METRIC_NAME_LENGTH)
        rules = rules_of(rate_limit)
        self.web_acl = wafv2.CfnWebACL(
            self,
            "Rules",
            scope=scope,
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=visible(self._metric_name),
            rules=rules,
        )
        self.log_group = self._define_log(log_retention, encryption_key)
        self.alarms = self._define_alarms(alarm_thresholds)
        self._show_cost(len(rules))

    def protect(self, entry: Entry | None) -> None:
        """Put the firewall before an entry.

        Args:
            entry: An application load balancer, a stage of a REST API, a distribution, or the ARN of
                something else that takes a firewall, such as a user pool.

        Raises:
            RefusedError: If the firewall's scope is another, or the entry takes none or has one already.
        """
        if isinstance(entry, cloudfront.Distribution):
            self._refuse_scope("CLOUDFRONT", "a distribution")
            claim(self, entry, None)
            entry.attach_web_acl_id(self.web_acl.attr_arn)
            return
        arn = self._arn_of(entry)
        self._refuse_scope("REGIONAL", "what is no distribution")
        claim(self, entry, arn)
        number = len([c for c in self.node.children if c.node.id.startswith("Association")]) + 1
        wafv2.CfnWebACLAssociation(
            self, f"Association{number}", resource_arn=arn, web_acl_arn=self.web_acl.attr_arn
        )

    def metric_blocked_requests(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of requests that are blocked; options as for `cloudwatch.Metric`."""
        return self._metric("BlockedRequests", options)

    def metric_allowed_requests(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of requests that are let in; options as for `cloudwatch.Metric`."""
        return self._metric("AllowedRequests", options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [Graph("requests", [self.metric_allowed_requests(), self.metric_blocked_requests()])]

    @property
    def _dimensions(self) -> dict[str, str]:
        region = {} if self._scope == "CLOUDFRONT" else {"Region": stack_of(self).region}
        return {"WebACL": self._metric_name, "Rule": "ALL", **region}

    def _metric(self, name: str, options: dict[str, Any]) -> cloudwatch.Metric:
        given = {"statistic": "Sum", **options}
        return cloudwatch.Metric(
            metric_name=name, namespace="AWS/WAFV2", dimensions_map=self._dimensions, **given
        )

    def _refuse_wrong(self, rate_limit: int, scope: str) -> None:
        require_between(
            self,
            "rate_limit",
            rate_limit,
            *RATE_LIMIT,
            "2000 stops floods and no person",
            rule="service-limit",
        )
        if scope not in {"REGIONAL", "CLOUDFRONT"}:
            fix = "a load balancer needs REGIONAL"
            raise refusal(self, "scope", "REGIONAL or CLOUDFRONT", repr(scope), fix, rule="cfn-lint:E3030")
        region = stack_of(self).region
        if scope == "CLOUDFRONT" and region != REGION_OF_CLOUDFRONT and not is_unresolved(region):
            fix = "define the firewall in a stack there"
            allowed = f"REGIONAL outside of {REGION_OF_CLOUDFRONT}"
            raise refusal(self, "scope", allowed, f"'CLOUDFRONT' in {region}", fix)

    def _refuse_scope(self, needed: str, what: str) -> None:
        if self._scope != needed:
            fix = "define a firewall of that scope"
            raise refusal(
                self, "scope", f"{needed} for {what}", repr(self._scope), fix, rule="firewall-scope"
            )

    def _arn_of(self, entry: Any) -> str:
        if isinstance(entry, str):
            refuse_wrong_arn(self, entry)
            return entry
        for attribute in ("load_balancer_arn", "stage_arn"):
            if offers(entry, attribute):
                return str(getattr(entry, attribute))
        allowed = "an application load balancer, a stage of a REST API, a distribution or an ARN"
        fix = "an HTTP API takes no firewall: put a distribution before it"
        got = type(entry).__name__ if entry is not None else None
        raise refusal(self, "entry", allowed, got, fix)

    def _define_log(self, retention: logs.RetentionDays, key: kms.IKey | kms.Key | None) -> logs.LogGroup:
        group = define_log_group(
            self,
            "Log",
            harmless="secret headers are left out",
            retention=retention,
            name=f"{LOG_PREFIX}{early_name(self, 'Log', max_length=100)}",
            encryption_key=key,
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

    def _define_alarms(self, thresholds: FirewallThresholds | None) -> FirewallAlarms:
        spec = AlarmSpec("Blocked", "BlockedRequests", "AWS/WAFV2", self._dimensions, 100, BLOCKED, "Sum")
        return define_alarms(FirewallAlarms, self, {"blocked_requests": spec}, thresholds)

    def _show_cost(self, rules: int) -> None:
        month = price("web_acl_month") + rules * price("web_acl_rule_month")
        million = price("web_acl_million_requests")
        Annotations.of(self).add_info(
            f"firewall: ${month:.2f} a month and ${million:.2f} a million requests ({basis()})"
        )
