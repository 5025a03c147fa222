"""Rules of listeners that share requests give somebody a share."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, as_list, as_mapping, number

_PLACES = {
    "AWS::ElasticLoadBalancingV2::ListenerRule": "Actions",
    "AWS::ElasticLoadBalancingV2::Listener": "DefaultActions",
}


def _check(graph: Graph) -> Iterator[Violation]:
    for kind, place in _PLACES.items():
        for resource in graph.of_type(kind):
            for index in _without_share(resource, place):
                path = f"Properties.{place}.{index}.ForwardConfig.TargetGroups"
                yield Violation(resource, path, "has a weight of 0 for every target group")


def _without_share(resource: Resource, place: str) -> Iterator[int]:
    """Yield the actions whose target groups surely have no share; one without a weight has one."""
    for index, action in enumerate(as_list(resource.get(place))):
        config = as_mapping(as_mapping(action).get("ForwardConfig"))
        weights = [number(as_mapping(each).get("Weight", 1)) for each in as_list(config.get("TargetGroups"))]
        if weights and all(weight == 0 for weight in weights):
            yield index


RULE = Rule(
    id="forward-weight",
    title="Rules of listeners that share requests give somebody a share",
    severity=Severity.ERROR,
    explanation="The load balancer has nobody to send requests to, and answers each with 503.",
    fix="give one of the target groups a Weight over 0",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html",
    check=_check,
)
