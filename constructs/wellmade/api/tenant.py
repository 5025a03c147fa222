"""One tenant of an API: its key, its usage plan, its metric, and the alarm that throttles it."""

from typing import Any

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.api.api_alarms import OWN_NAMESPACE
from wellmade.api.tier import Tier
from wellmade.foundation.alarms import define_alarm
from wellmade.kit.lookups import stack_of

REQUESTS = "TenantRequests"
DIMENSION = "ApiKeyId"
ANOMALY = (
    "A tenant asks for several times what its tier allows, and is throttled until it stops. Others are not "
    "touched. Find its requests in the access log by apiKeyId: a client in a loop, or a stolen key? Tell the "
    "tenant, or give it another tier; the throttle is taken back by itself."
)


class Tenant(Construct):
    """One tenant.

    Its key exists before the API's methods, which name it; its plan after their stage.

    Args:
        scope: The pattern's part for tenants.
        construct_id: The tenant's name.
        tier_name: What it pays for.
        tier: What that allows.
    """

    key: apigateway.CfnApiKey
    """The API key, whose value API Gateway makes and nobody writes down."""
    plan: apigateway.CfnUsagePlan
    """The usage plan, of this tenant alone."""
    alarm: cloudwatch.Alarm | None
    """Fires while the tenant asks for far too much; None where nobody is throttled."""

    def __init__(self, scope: Construct, construct_id: str, *, tier_name: str, tier: Tier) -> None:
        super().__init__(scope, construct_id)
        self.tier_name, self.tier = tier_name, tier
        self.key = apigateway.CfnApiKey(self, "Key", enabled=True)
        self.alarm = None

    @property
    def key_arn(self) -> str:
        """ARN of the key, as policies name it."""
        return control_arn(self, "apikeys", self.key.ref)

    def open(self, stage: apigateway.CfnStage, alarm_name: str) -> None:
        """Let the key in at a stage, as far as the tier goes, and watch what it asks for.

        Args:
            stage: Where requests arrive.
            alarm_name: Of the alarm.
        """
        kind, tier = apigateway.CfnUsagePlan, self.tier
        self.plan = kind(
            self,
            "Plan",
            api_stages=[kind.ApiStageProperty(api_id=stage.rest_api_id, stage=stage.ref)],
            throttle=kind.ThrottleSettingsProperty(rate_limit=tier.rate_limit, burst_limit=tier.burst_limit),
            quota=kind.QuotaSettingsProperty(limit=tier.quota, period=tier.quota_period)
            if tier.quota
            else None,
        )
        apigateway.CfnUsagePlanKey(
            self, "PlanKey", key_id=self.key.ref, key_type="API_KEY", usage_plan_id=self.plan.ref
        )
        if tier.anomaly is not None:
            self.alarm = define_alarm(
                self,
                "Anomaly",
                metric=REQUESTS,
                namespace=OWN_NAMESPACE,
                dimensions={DIMENSION: self.key.ref},
                above=tier.anomaly,
                description=ANOMALY,
                statistic="Sum",
                alarm_name=alarm_name,
            )

    def metric_requests(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of its requests; options as for `cloudwatch.Metric`."""
        wanted = {"statistic": "Sum", "dimensions_map": {DIMENSION: self.key.ref}, **options}
        return cloudwatch.Metric(namespace=OWN_NAMESPACE, metric_name=REQUESTS, **wanted)


def control_arn(scope: Construct, *path: str) -> str:
    """Return the ARN of something that API Gateway administers."""
    stack = stack_of(scope)
    return f"arn:{stack.partition}:apigateway:{stack.region}::/{'/'.join(path)}"
