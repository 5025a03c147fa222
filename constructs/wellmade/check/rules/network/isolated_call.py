"""Isolated workloads have an endpoint for each service that they call."""

from collections.abc import Iterator

from wellmade.check.delivery.network.instances import FLEET, role_of_instances
from wellmade.check.failures import FUNCTIONS
from wellmade.check.isolated import exits_only, services_called
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Exit, Graph, Resource


def _check(graph: Graph) -> Iterator[Violation]:
    for workload, runs, path in _workloads(graph):
        placement = exits_only(graph, workload, Exit.NONE)
        if placement:
            missing = sorted(services_called(graph, runs) - placement.endpoints)
            if missing:
                where = "leads to subnets without a route out and without endpoints"
                message = f"{where} for {', '.join(missing)}, which the role lets it call"
                yield Violation(workload, f"Properties.{path}", message)


def _workloads(graph: Graph) -> Iterator[tuple[Resource, Resource, str]]:
    for function in graph.of_type(*FUNCTIONS):
        yield function, function, "VpcConfig"
    for service in graph.of_type("AWS::ECS::Service"):
        task = graph.target(service.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
        if task:
            yield service, task, "NetworkConfiguration"
    for fleet in graph.of_type(FLEET):
        if role := role_of_instances(graph, fleet):
            yield fleet, role, "VPCZoneIdentifier"


RULE = Rule(
    id="isolated-call",
    title="Isolated workloads have an endpoint for each service that they call",
    severity=Severity.ERROR,
    explanation=(
        "The call has nowhere to go: it hangs until the client or the function gives up, and nothing says "
        "why. Tests outside of the network never show it."
    ),
    fix="add an AWS::EC2::VPCEndpoint for each service, or a route to a NAT gateway",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html",
    check=_check,
)
