"""Functions in a network have a route to what they call."""

from collections.abc import Iterator

from wellmade.check.failures import FUNCTIONS
from wellmade.check.isolated import exits_only, hosts_called, services_called
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Exit, Graph, Resource


def _check(graph: Graph) -> Iterator[Violation]:
    for function in graph.of_type(*FUNCTIONS):
        for exit_, why in _NO_WAY.items():
            placement = exits_only(graph, function, exit_)
            if placement:
                called = sorted(_called(graph, function, exit_, placement.endpoints))
                if called:
                    yield Violation(
                        function, "Properties.VpcConfig", f"{why}, and it calls {', '.join(called)}"
                    )


_NO_WAY = {
    Exit.INTERNET_GATEWAY: "leads to public subnets, where a function gets no public address",
    Exit.NONE: "leads to subnets without a route out",
}


def _called(graph: Graph, function: Resource, exit_: Exit, endpoints: frozenset[str]) -> set[str]:
    """Services without a route out are the rule isolated-call's."""
    hosts = {f"{host} ({name})" for name, host in hosts_called(graph, function)}
    services = services_called(graph, function) - endpoints if exit_ is Exit.INTERNET_GATEWAY else set()
    return hosts | services


RULE = Rule(
    id="function-network",
    title="Functions in a network have a route to what they call",
    severity=Severity.ERROR,
    explanation=(
        "A function in a network has no public address, in public subnets neither: its calls hang until it "
        "times out, although the route table seems right."
    ),
    fix="move it to private subnets with a NAT gateway or the endpoints, or take it out of the network",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html",
    check=_check,
)
