"""SSH and RDP are not open to the internet."""

from collections.abc import Iterator

from wellmade.check.open_ingress import GROUP, openings, runs_no_shell
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph

_PORTS = {22: "SSH", 3389: "RDP"}


def _check(graph: Graph) -> Iterator[Violation]:
    for opening in openings(graph):
        reached = [f"{name} ({port})" for port, name in _PORTS.items() if opening.covers(port)]
        group = graph.target(opening.entry.get("GroupId"), GROUP) or opening.resource
        if reached and not runs_no_shell(graph, group):
            yield Violation(
                opening.resource, opening.path, f"{' and '.join(reached)} from the whole internet"
            )


RULE = Rule(
    id="ssh-open",
    title="SSH and RDP are not open to the internet",
    severity=Severity.ERROR,
    explanation=(
        "An open port 22 or 3389 is found and tried with leaked passwords within minutes. One weak account "
        "or one unpatched instance is enough for a stranger to be inside the network."
    ),
    fix="remove the rule and connect with Session Manager, or name the addresses that may connect",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",
    check=_check,
)
