"""Templates of nested stacks are read where they lie in the folder."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph
from wellmade.graph.read.nested import TYPES


def _check(graph: Graph) -> Iterator[Violation]:
    for stack in graph.stacks:
        for logical_id, reason in stack.unread.items():
            resource = graph.resources.get(f"{stack.name}/{logical_id}")
            if resource:
                yield Violation(resource, f"Properties.{TYPES[resource.type]}", reason)


RULE = Rule(
    id="nested-template",
    title="Templates of nested stacks are read where they lie in the folder",
    severity=Severity.WARNING,
    explanation=(
        "What a nested stack defines is not checked when its template is not there, and edges to "
        "it are unknown. CloudFormation cannot deploy it either until the file is there."
    ),
    fix="give the path of a file below the folder of the template",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html",
    check=_check,
)
