"""Listeners have a port, and their rules a priority, of their own."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, is_known, written

_OF_ITS_OWN = {
    "AWS::ElasticLoadBalancingV2::ListenerRule": ("ListenerArn", "Priority"),
    "AWS::ElasticLoadBalancingV2::Listener": ("LoadBalancerArn", "Port"),
}


def _check(graph: Graph) -> Iterator[Violation]:
    for kind, (owner, own) in _OF_ITS_OWN.items():
        seen: dict[tuple[str, str, float], Resource] = {}
        for resource in graph.of_type(kind):
            number, where = resource.number(own), resource.get(owner)
            if number is None or resource.condition or not is_known(where):
                continue
            first = seen.setdefault((resource.stack, written(where), number), resource)
            if first is not resource:
                message = f"is {number:.12g}, and so is that of {first.logical_id}"
                yield Violation(resource, f"Properties.{own}", message)


RULE = Rule(
    id="listener-conflict",
    title="Listeners have a port, and their rules a priority, of their own",
    severity=Severity.WARNING,
    explanation=(
        "Elastic Load Balancing refuses a second listener on a port, and a second rule with a priority. "
        "The deployment fails half way and rolls back."
    ),
    fix="give it another port or priority",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-update-rules.html",
    check=_check,
)
