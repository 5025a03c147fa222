"""What throttles tenants that ask for far too much, and takes it back."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import ArnFormat, Duration
from aws_cdk import aws_events as events
from constructs import Construct

from wellmade.api.tenant import Tenant, control_arn
from wellmade.api.tier import Tier
from wellmade.foundation.function_alarms import FUNCTION_THRESHOLDS
from wellmade.foundation.function_option import handling
from wellmade.foundation.invoke_permission import let_service_invoke
from wellmade.foundation.python_function import PythonFunction
from wellmade.kit.lookups import stack_of
from wellmade.kit.suppressions import suppress
from wellmade.kit.variables import set_variables
from wellmade_runtime.variables import TENANT_ALARMS, TENANT_PLANS

EVERY_MINUTE, MINUTE = "rate(1 minute)", 60
_REASON = "The next minute does what one has missed; errors have an alarm."
SUPPRESSED = {"event-target-dead-letter": _REASON, "Serverless::Serverless-EventBusDLQ": _REASON}
SERVICE = "events.amazonaws.com"
ALL_PLANS = "The plans are listed in one call, since API Gateway counts calls of the whole account"


class TenantThrottle(Construct):
    """Bring usage plans to what the alarms of their tenants say, each minute.

    It goes by the state of the alarms and not by events: what was missed, or refused since API Gateway takes
    one change of a plan in 20 seconds, is done in the next minute. One copy runs at a time.

    Args:
        scope: The pattern.
        construct_id: Its id, part of the contract.
        tenants: By name, with their plans.
        tiers: By name.
        alarms: What the names of their alarms begin with.
        encryption_key: The user's, for the function.
        errors: Runs in a minute that may fail before its one alarm fires; None for no alarm.
    """

    function: PythonFunction
    """What changes the plans."""
    rule: events.CfnRule
    """What starts it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        tenants: Mapping[str, Tenant],
        tiers: Mapping[str, Tier],
        alarms: str,
        encryption_key: Any,
        errors: float | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = PythonFunction(
            self,
            "Function",
            code="tenant_throttle",
            timeout=Duration.seconds(30),
            reserved_concurrency=1,
            encryption_key=encryption_key,
            alarm_thresholds=cast(Any, {**dict.fromkeys(FUNCTION_THRESHOLDS), "errors": errors}),
        )
        watched = {name: tenant for name, tenant in tenants.items() if tenant.alarm}
        set_variables(self, self.function, {TENANT_PLANS: self._plans(watched, tiers), TENANT_ALARMS: alarms})
        stack = stack_of(self)
        own = stack.format_arn(
            service="cloudwatch", resource=f"alarm:{alarms}*", arn_format=ArnFormat.NO_RESOURCE_NAME
        )
        self.function.allow(["cloudwatch:DescribeAlarms"], [own], reason="The alarms of this API's tenants")
        self.function.allow(["apigateway:GET"], [control_arn(self, "usageplans")], reason=ALL_PLANS)
        plans = [control_arn(self, "usageplans", tenant.plan.ref) for tenant in watched.values()]
        self.function.allow(["apigateway:PATCH"], plans)
        self.rule = self._start()

    def _plans(self, tenants: Mapping[str, Tenant], tiers: Mapping[str, Tier]) -> str:
        told = {
            name: {
                "rate_limit": tier.rate_limit,
                "burst_limit": tier.burst_limit,
                "throttled_rate": tier.while_throttled,
                "plans": {each: of.plan.ref for each, of in tenants.items() if of.tier_name == name},
            }
            for name, tier in tiers.items()
        }
        kept = {name: tier for name, tier in told.items() if tier["plans"]}
        return stack_of(self).to_json_string(kept)

    def _start(self) -> events.CfnRule:
        target = events.CfnRule.TargetProperty(
            arn=self.function.invocable.function_arn,
            id="Function",
            retry_policy=events.CfnRule.RetryPolicyProperty(maximum_event_age_in_seconds=MINUTE),
        )
        rule = events.CfnRule(self, "EveryMinute", schedule_expression=EVERY_MINUTE, targets=[target])
        let_service_invoke(
            self,
            handling(self, cast(Any, self.function)),
            "Invoke",
            service=SERVICE,
            source_arn=rule.attr_arn,
            what="rules",
        )
        suppress(rule, SUPPRESSED)
        return rule
