"""No key stands twice with different values."""

from collections.abc import Iterator

from wellmade.check.doubled_keys import doubled
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    yield from doubled(graph, "and the last one counts without a word", same=False)


RULE = Rule(
    id="duplicate-key",
    title="No key stands twice with different values",
    severity=Severity.ERROR,
    explanation=(
        "JSON and YAML keep the last of two equal keys and say nothing. A resource or a property "
        "that somebody wrote is not deployed, and no diff shows it."
    ),
    fix="remove one of the two, or give it another name",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html",
    check=_check,
)
