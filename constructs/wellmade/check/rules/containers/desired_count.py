"""Services that scale leave their desired count to the scaling."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import SERVICE
from wellmade.graph import Graph, Kind


def _check(graph: Graph) -> Iterator[Violation]:
    for edge in graph.edges(Kind.GUARDS):
        if edge.via.type != "AWS::ApplicationAutoScaling::ScalableTarget" or edge.target.type != SERVICE:
            continue
        count, most = edge.target.number("DesiredCount"), edge.via.number("MaxCapacity")
        if (
            count is not None
            and most is not None
            and count < most
            and edge.target.condition == edge.via.condition
        ):
            message = (
                f"is {count:.12g}, and each deployment sets what {edge.via.logical_id} scales back to it"
            )
            yield Violation(edge.target, "Properties.DesiredCount", message)


RULE = Rule(
    id="desired-count",
    title="Services that scale leave their desired count to the scaling",
    severity=Severity.WARNING,
    explanation=(
        "Each deployment sets the count back to what the template says. A service that has scaled "
        "to 20 tasks drops to 2 in the middle of the load."
    ),
    fix="remove DesiredCount; MinCapacity of the scalable target is the least",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html",
    check=_check,
)
