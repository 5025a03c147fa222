"""Policies of network endpoints, through which what runs in a network reaches AWS.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from collections.abc import Iterable, Iterator
from functools import cached_property

from wellmade.graph import Graph, Resource, statements_in
from wellmade.prove.deployed.documents import read
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.readings import Readings
from wellmade.prove.policy import PolicyError
from wellmade.prove.policy.principals import Level
from wellmade.prove.report import Asked, NotJudged

_PREFIXES = {"monitoring": "cloudwatch", "email": "ses", "elasticloadbalancing": "elasticloadbalancing"}
"""What IAM calls services that endpoints name otherwise."""


class Endpoints:
    """The endpoints of some templates that have a policy of their own."""

    def __init__(self, graph: Graph, naming: Naming) -> None:
        self._graph = graph
        self._naming = naming

    def doubts(self, workload: Resource, allowed: Iterable[Asked]) -> Iterator[NotJudged]:
        """Yield what a workload in a network asks that the policy of an endpoint may refuse.

        Args:
            workload: A function, a task or a state machine.
            allowed: What its role allows.
        """
        if not self._policies or not _is_in_a_network(workload):
            return
        for each in allowed:
            request = each.request
            if "by" in each.call.parameters or request.context.get("aws:ViaAWSService"):
                continue  # not sent from the network
            service = request.action.partition(":")[0]
            for name, policy in self._policies.get(service, ()):
                least = policy.worst
                if least.denial(request) or least.grant_to(request)[0] is Level.NOBODY:
                    what = f"{request.action} on {request.resource}"
                    yield NotJudged(what, f"the policy of the network endpoint {name} may refuse it")

    @cached_property
    def _policies(self) -> dict[str, list[tuple[str, Readings]]]:
        found: dict[str, list[tuple[str, Readings]]] = {}
        for endpoint in self._graph.of_type("AWS::EC2::VPCEndpoint"):
            statements = list(statements_in(endpoint, "PolicyDocument"))
            for text in self._naming.texts(endpoint.get("ServiceName")) if statements else ():
                names = [part for part in text.split(".") if part not in ("api", "dkr")]
                service = _PREFIXES.get(names[-1], names[-1])
                found.setdefault(service, []).append((endpoint.logical_id, self._read(endpoint)))
        return found

    def _read(self, endpoint: Resource) -> Readings:
        statements = statements_in(endpoint, "PolicyDocument")
        try:
            return read(statements, self._naming, endpoint.logical_id, "resource")
        except PolicyError:
            return read((), self._naming, endpoint.logical_id, "resource")


def _is_in_a_network(workload: Resource) -> bool:
    return workload.type == "AWS::ECS::TaskDefinition" or workload.get("VpcConfig") is not None
