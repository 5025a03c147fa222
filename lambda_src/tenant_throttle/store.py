"""The alarms of tenants, and their usage plans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenant_throttle.domain import Limits

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_cloudwatch import CloudWatchClient


@dataclass(frozen=True, slots=True)
class Alarms:
    """The alarms, whose names are a prefix and the tenant's name."""

    cloudwatch: "CloudWatchClient"
    prefix: str

    def states(self, tenants: Sequence[str]) -> Mapping[str, str]:
        """Return the states of the alarms by tenant; up to 100 are asked for at once."""
        names = [f"{self.prefix}{tenant}" for tenant in tenants]
        found = self.cloudwatch.describe_alarms(AlarmNames=names, MaxRecords=100)["MetricAlarms"]
        return {each["AlarmName"].removeprefix(self.prefix): each["StateValue"] for each in found}


@dataclass(frozen=True, slots=True)
class Plans:
    """The usage plans of the account; those of tenants are changed."""

    apigateway: "APIGatewayClient"

    def limits(self) -> Mapping[str, Limits]:
        """Return what each plan lets pass, by id; without a throttle of its own all that comes."""
        pages = self.apigateway.get_paginator("get_usage_plans").paginate(PaginationConfig={"PageSize": 500})
        found = {plan["id"]: plan.get("throttle", {}) for page in pages for plan in page["items"]}
        return {
            plan_id: Limits(throttle.get("rateLimit", -1.0), throttle.get("burstLimit", -1))
            for plan_id, throttle in found.items()
        }

    def limit(self, plan_id: str, limits: Limits) -> bool:
        """Change what a plan lets pass; False where API Gateway asks to come back later.

        It takes one change in 20 seconds of all plans of an account.
        Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
        """
        values = {"rateLimit": f"{limits.rate:.12g}", "burstLimit": str(limits.burst)}
        try:
            self.apigateway.update_usage_plan(
                usagePlanId=plan_id,
                patchOperations=[
                    {"op": "replace", "path": f"/throttle/{name}", "value": value}
                    for name, value in values.items()
                ],
            )
        except self.apigateway.exceptions.TooManyRequestsException:
            return False
        return True
