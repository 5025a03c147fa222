"""Every key stands once."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource


def _check(graph: Graph) -> Iterator[Violation]:
    first: dict[str, Resource] = {}
    for resource in graph.resources.values():
        first.setdefault(resource.stack, resource)
    for stack in graph.stacks:
        for twice in stack.template.doubled:
            section, *inside = twice.keys
            is_inside = section == "Resources" and len(inside) > 1
            found = graph.resources.get(f"{stack.name}/{inside[0]}") if is_inside else None
            holder = found or first.get(stack.name)
            if holder:
                message = f"stands twice ({twice.path}), and the last one counts without a word"
                path = ".".join(inside[1:] if found else inside) or section
                name = "" if found else section
                yield Violation(holder, path, message, line=twice.line, name=name)


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
