"""Every key stands once."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource


def _check(graph: Graph) -> Iterator[Violation]:
    first: dict[str, Resource] = {}
    for resource in graph.resources.values():
        first.setdefault(resource.stack, resource)
    for stack in graph.stacks:
        for path in stack.template.doubled:
            logical_id, _, inside = path.removeprefix("Resources.").partition(".")
            found = (
                graph.resources.get(f"{stack.name}/{logical_id}") if path.startswith("Resources.") else None
            )
            holder = found or first.get(stack.name)
            if holder:
                message = f"stands twice ({path}), and the last one counts without a word"
                yield Violation(holder, inside if found and inside else path, message)


RULE = Rule(
    id="duplicate-key",
    title="Every key stands once",
    severity=Severity.ERROR,
    explanation=(
        "JSON and YAML keep the last of two equal keys and say nothing. A resource or a property "
        "that somebody wrote is not deployed, and no diff shows it."
    ),
    fix="remove one of the two, or give it another name",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html",
    check=_check,
)
