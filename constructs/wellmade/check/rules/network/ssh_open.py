"""SSH and RDP are not open to every address."""

from collections.abc import Iterator

from wellmade.check.conditional import always, always_empty
from wellmade.check.open_ingress import (
    GROUP,
    Opening,
    are_private,
    is_private,
    openings,
    runs_no_shell,
    wearers,
)
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource

_PORTS = {22: "SSH", 3389: "RDP"}
_OF_NODES = "leave RemoteAccess out and connect with Session Manager; or set its SourceSecurityGroups"


def _check(graph: Graph) -> Iterator[Violation]:
    for opening in openings(graph):
        reached = [f"{name} ({port})" for port, name in _PORTS.items() if opening.covers(port)]
        group = graph.target(opening.entry.get("GroupId"), GROUP) or opening.resource
        if reached and _reaches_a_shell(graph, opening, group):
            message = f"{' and '.join(reached)} from every address ({' and '.join(opening.ranges)})"
            yield Violation(opening.resource, opening.path, message)
    yield from _nodes(graph)


def _nodes(graph: Graph) -> Iterator[Violation]:
    for nodes in graph.of_type("AWS::EKS::Nodegroup"):
        keyed = always(nodes.get("RemoteAccess.Ec2SshKey"), lambda key: key is not None)
        is_open = keyed and always_empty(nodes.get("RemoteAccess.SourceSecurityGroups"))
        if is_open and not are_private([nodes.get("Subnets")]):
            message = "opens SSH (22) to every address, as SourceSecurityGroups is left out"
            yield Violation(nodes, "Properties.RemoteAccess", message, _OF_NODES)


def _reaches_a_shell(graph: Graph, opening: Opening, group: Resource) -> bool:
    """Tell whether the rule means one of the ports, or opens all of what is seen to wear the group."""
    if runs_no_shell(graph, group) or is_private(graph, group):
        return False
    return not all(map(opening.covers, _PORTS)) or bool(wearers(graph, group))


RULE = Rule(
    id="ssh-open",
    title="SSH and RDP are not open to every address",
    severity=Severity.ERROR,
    explanation=(
        "An open port 22 or 3389 is found and tried with leaked passwords within minutes. One weak account "
        "or one unpatched instance is enough for a stranger to be inside the network."
    ),
    fix="remove the rule and connect with Session Manager; or name who may connect",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",
    check=_check,
)
