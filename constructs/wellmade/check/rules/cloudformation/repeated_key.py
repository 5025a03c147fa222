"""No key stands twice, not even with one value."""

from collections.abc import Iterator

from wellmade.check.doubled_keys import doubled
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    yield from doubled(graph, "with the same value", same=True)


RULE = Rule(
    id="repeated-key",
    title="No key stands twice, not even with one value",
    severity=Severity.ADVICE,
    explanation=(
        "Nothing is lost today: JSON and YAML keep the last of two equal keys. Whoever changes the first "
        "one changes nothing, and sees no message that says so."
    ),
    fix="remove one of the two",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html",
    check=_check,
)
