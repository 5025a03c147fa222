"""Alarms and metrics of an API with a latency budget."""

from collections.abc import Mapping

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from wellmade.api.api_alarms import NAMESPACE as API_NAMESPACE
from wellmade.api.api_alarms import ApiAlarms, ApiThresholds
from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.kit.lookups import path_of
from wellmade_runtime.lookups import UNANSWERED
from wellmade_runtime.metrics import NAMESPACE

SPILLOVER = "ProvisionedConcurrencySpilloverInvocations"
COLD_REQUESTS = (
    "Requests met a copy that had yet to start, since all warm ones were busy: callers waited too long. See "
    "how many are in use, then raise the minimum or the maximum of provisioned_concurrency."
)
UNANSWERED_LOOKUPS = (
    "Lookups did not answer in their time, so requests were answered without what they tell. See throttles "
    "and latency of the table, and load and memory of the cache."
)
LATENCY = (
    "One request of a hundred takes longer than callers wait. Compare metrics Latency and "
    "IntegrationLatency, then see whether requests met cold starts, and what else the function does."
)
MOST_UNANSWERED = 10
"""In a minute: one in thousands is late even of stores that are well."""


class ScoringAlarms(ApiAlarms):
    """Alarms of an API with a latency budget."""

    cold_requests: cloudwatch.Alarm
    """Requests that met a copy that had yet to start, in a minute; where the function has warm ones."""
    unanswered_lookups: cloudwatch.Alarm
    """Lookups that did not answer in their time, in a minute."""


class ScoringThresholds(ApiThresholds, total=False):
    """Thresholds of these alarms; None leaves one out."""

    cold_requests: float | None
    unanswered_lookups: float | None


def define_scoring_alarms(
    scope: Construct,
    *,
    function_name: str,
    alias: lambda_.Alias | None,
    api: Mapping[str, str],
    budget: float,
    thresholds: ScoringThresholds | None,
    more: ApiAlarms,
) -> ScoringAlarms:
    """Define the alarms of an API with a latency budget.

    Args:
        scope: The pattern.
        function_name: What answers.
        alias: Behind which it is kept warm; None where it is not.
        api: What API Gateway publishes the metrics of the API under.
        budget: What a caller waits at most, in milliseconds.
        thresholds: What the user says, by name.
        more: The alarms of the API and of its function.
    """
    of_function = {"function": function_name}
    specs = {
        "latency": AlarmSpec(
            "Latency", "Latency", API_NAMESPACE, api, budget, LATENCY, "p99", in_milliseconds=True
        ),
        "unanswered_lookups": AlarmSpec(
            "UnansweredLookups",
            UNANSWERED,
            NAMESPACE,
            of_function,
            MOST_UNANSWERED,
            UNANSWERED_LOOKUPS,
            "Sum",
        ),
    }
    if alias:
        specs["cold_requests"] = AlarmSpec(
            "ColdRequests",
            SPILLOVER,
            "AWS/Lambda",
            spillover_dimensions(function_name, alias),
            0,
            COLD_REQUESTS,
            "Sum",
        )
    others = {name: alarm for name, alarm in more.by_name().items() if name not in specs}
    return define_alarms(ScoringAlarms, scope, specs, thresholds, more=Alarms(path_of(scope), others))


def spillover_dimensions(function_name: str, alias: lambda_.Alias) -> dict[str, str]:
    """Return what Lambda publishes the metric under."""
    return {"FunctionName": function_name, "Resource": f"{function_name}:{alias.alias_name}"}
