"""Security groups let load balancers reach the port that their targets listen on."""

from collections.abc import Iterator

from wellmade.check.delivery.network.load_balancers import closed_listeners, closed_targets, connections
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for connection in connections(graph):
        yield from connection.closed(graph)
    for way, group in closed_targets(graph):
        message = (
            f"{way.source.logical_id} {way.purpose} {way.target.logical_id} on {way.ports}, and no rule of "
            f"{group.logical_id} lets anybody in there: {way.lost}"
        )
        fix = f"let the addresses of the clients and of {way.source.logical_id} in on {way.ports}"
        yield Violation(group, "Properties.SecurityGroupIngress", message, fix)
    for listener, group, port in closed_listeners(graph):
        message = f"{listener.logical_id} listens on port {port}, and no rule lets anybody in there"
        fix = f"let callers in on port {port}, unless {listener.logical_id} is there for health checks only"
        yield Violation(group, "Properties.SecurityGroupIngress", message, fix)


RULE = Rule(
    id="target-port",
    title="Security groups let load balancers reach the port that their targets listen on",
    severity=Severity.ERROR,
    explanation=(
        "The load balancer's packets end at the group of the tasks or instances. No target ever becomes "
        "healthy; ECS replaces the tasks again and again, and the deployment fails after hours."
    ),
    fix="let the load balancer's group in on the port of the targets",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshoot-service-load-balancers.html",
    check=_check,
)
