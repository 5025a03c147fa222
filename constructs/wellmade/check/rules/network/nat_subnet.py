"""NAT gateways stand in subnets that lead to an internet gateway."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Exit, Graph, text

_DEAD_ENDS = frozenset((Exit.NONE, Exit.NAT))


def _check(graph: Graph) -> Iterator[Violation]:
    for gateway in graph.of_type("AWS::EC2::NatGateway"):
        public = text(gateway.get("ConnectivityType", "public")) == "public"
        placement = graph.placement(gateway) if public else None
        if placement and placement.exits <= _DEAD_ENDS:
            (subnet,) = placement.subnets or (gateway,)
            message = f"stands in {subnet.logical_id}, which has no route to an internet gateway"
            yield Violation(gateway, "Properties.SubnetId", message)


RULE = Rule(
    id="nat-subnet",
    title="NAT gateways stand in subnets that lead to an internet gateway",
    severity=Severity.ERROR,
    explanation=(
        "A NAT gateway sends on by the route table of its own subnet. In a private subnet it "
        "hands each packet back to itself or drops it, and nothing that leads to it reaches the internet."
    ),
    fix="put it into a public subnet, or say ConnectivityType: private",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html",
    check=_check,
)
