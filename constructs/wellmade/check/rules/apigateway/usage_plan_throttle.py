"""Usage plans limit each of their callers."""

from collections.abc import Iterator

from wellmade.check.conditional import always, is_on, possibly_set
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.apigateway import PLAN_LIMITS
from wellmade.graph import Graph, Resource, as_list, as_mapping, is_known

_METHOD, _PLAN = "AWS::ApiGateway::Method", "AWS::ApiGateway::UsagePlan"


def _check(graph: Graph) -> Iterator[Violation]:
    asking = {
        api.id: api
        for method in graph.of_type(_METHOD)
        if is_on(method, "ApiKeyRequired") and (api := graph.target(method.get("RestApiId")))
    }
    plans = list(graph.of_type(_PLAN))
    for api in asking.values():
        of_api = [plan for plan in plans if _covers(graph, plan, api)]
        for plan in of_api:
            if not _throttles(graph, plan, api):
                message = f"is missing: one key may use up what all callers of {api.logical_id} share"
                yield Violation(plan, "Properties.Throttle", message)
        if not of_api and not any(_is_of_unknown(plan) for plan in plans):
            yield Violation(api, "Properties", "asks for API keys, and no usage plan throttles who has one")


def _covers(graph: Graph, plan: Resource, api: Resource) -> bool:
    stages = [as_mapping(stage) for stage in as_list(plan.get("ApiStages"))]
    return any(graph.target(stage.get("ApiId")) is api for stage in stages)


def _is_of_unknown(plan: Resource) -> bool:
    """Tell whether a plan may be of any API: what it covers is not known."""
    stages = plan.get("ApiStages")
    known = [as_mapping(stage).get("ApiId") for stage in as_list(stages)]
    return not is_known(stages) or any(always(each, lambda branch: not is_known(branch)) for each in known)


def _throttles(graph: Graph, plan: Resource, api: Resource) -> bool:
    """Also where it is not known."""
    limits = plan.get("Throttle")
    if not is_known(limits) or any(possibly_set(as_mapping(limits).get(name)) for name in PLAN_LIMITS):
        return True
    stages = [as_mapping(stage) for stage in as_list(plan.get("ApiStages"))]
    own = [stage for stage in stages if graph.target(stage.get("ApiId")) is api]
    return all(possibly_set(stage.get("Throttle")) for stage in own)


RULE = Rule(
    id="usage-plan-throttle",
    title="Usage plans limit each of their callers",
    severity=Severity.WARNING,
    explanation=(
        "An API key alone limits nothing. Without a throttle in the usage plan all keys share the limit of "
        "the stage, and one tenant in a loop leaves 429 for each other one."
    ),
    fix="set RateLimit and BurstLimit in the Throttle of a usage plan of the API",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html",
    check=_check,
)
