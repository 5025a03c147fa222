"""API stages have a throttling limit."""

from collections.abc import Iterator, Mapping

from wellmade.check.conditional import always, possibly_set
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, is_known

_LIMITS = ("ThrottlingRateLimit", "ThrottlingBurstLimit")
_WHERE = {
    "AWS::ApiGateway::Stage": "MethodSettings",
    "AWS::ApiGatewayV2::Stage": "DefaultRouteSettings",
    "AWS::Serverless::Api": "MethodSettings",
    "AWS::Serverless::HttpApi": "DefaultRouteSettings",
}


def _check(graph: Graph) -> Iterator[Violation]:
    planned = _planned(graph)
    for stage in graph.of_type(*_WHERE):
        is_implicit = stage.derived_from is not None
        if not is_implicit and not _is_limited(stage) and not _of_plan(graph, stage, planned):
            path = f"Properties.{_WHERE[stage.type]}"
            yield Violation(stage, path, "no rate or burst limit: takes whatever the account's limit leaves")


def _is_limited(stage: Resource) -> bool:
    """Also where it is unknown."""
    common = [stage.get(_WHERE[stage.type]), stage.get("RouteSettings")]
    return any(_limits(value) for value in common) or possibly_set(stage.get("Auth.UsagePlan"))


def _limits(value: Value) -> bool:
    if not is_known(value):
        return True
    entries = [as_mapping(entry) for entry in as_list(value)]
    nested = [as_mapping(route) for entry in entries for route in entry.values()]
    return any(_has_limit(entry) for entry in [*entries, *nested])


def _has_limit(entry: Mapping[str, Value]) -> bool:
    return any(possibly_set(entry.get(name)) for name in _LIMITS)


def _planned(graph: Graph) -> list[Value]:
    """APIs whose callers are limited by the throttle of a usage plan."""
    plans = [
        plan for plan in graph.of_type("AWS::ApiGateway::UsagePlan") if possibly_set(plan.get("Throttle"))
    ]
    stages = [as_mapping(stage) for plan in plans for stage in as_list(plan.get("ApiStages"))]
    return [stage.get("ApiId") for stage in stages]


def _of_plan(graph: Graph, stage: Resource, planned: list[Value]) -> bool:
    api = graph.target(stage.get("RestApiId")) or stage
    return any(
        always(value, lambda branch: not is_known(branch)) or graph.target(value) is api for value in planned
    )


RULE = Rule(
    id="api-throttle",
    title="API stages have a throttling limit",
    severity=Severity.WARNING,
    explanation=(
        "All APIs of an account share one limit in a region. One client in a loop uses it up, and each other "
        "API of the account answers 429 while the functions behind this one take the account's concurrency."
    ),
    fix="set ThrottlingRateLimit and ThrottlingBurstLimit for all methods or routes of the stage",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html",
    check=_check,
)
