"""Security groups let callers reach the endpoints that their calls take."""

from collections.abc import Iterator

from wellmade.check.delivery.network.endpoints import connections, cut_off
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for connection in connections(graph):
        yield from connection.closed(graph)
    for service, group, called in cut_off(graph):
        message = (
            f"{service.logical_id} calls {', '.join(called)} to start its tasks, and no rule lets 443 out"
        )
        yield Violation(group, "Properties.SecurityGroupEgress", message)


RULE = Rule(
    id="endpoint-port",
    title="Security groups let callers reach the endpoints that their calls take",
    severity=Severity.ERROR,
    explanation=(
        "With private names every call of the service goes to the endpoint, also where another "
        "way out exists. An endpoint whose group lets nobody in on 443 makes each call wait until "
        "it times out."
    ),
    fix="let the caller's group in on port 443",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    check=_check,
)
