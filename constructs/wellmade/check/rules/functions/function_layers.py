"""A function has 5 layers at most."""

from collections.abc import Iterator

from wellmade.check.conditional import branches
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.lambda_ import MOST_LAYERS
from wellmade.graph import Graph, Value, is_known


def _check(graph: Graph) -> Iterator[Violation]:
    for function in graph.of_type("AWS::Lambda::Function", "AWS::Serverless::Function"):
        least = min(map(_count, branches(function.get("Layers"))))
        if least > MOST_LAYERS:
            yield Violation(
                function, "Properties.Layers", f"has {least} layers, must have at most {MOST_LAYERS}"
            )


def _count(value: Value) -> int:
    """Count what is surely there; an entry that is a condition may be left out, or unknown."""
    entries = value if isinstance(value, list) else []
    return sum(is_known(entry) and None not in branches(entry) for entry in entries)


RULE = Rule(
    id="function-layers",
    title="A function has 5 layers at most",
    severity=Severity.ERROR,
    explanation=(
        "Lambda refuses a sixth layer and the deployment rolls back. It shows when an agent is added as a "
        "layer to all functions at once, in the middle of an incident."
    ),
    fix="merge layers, or package the function as a container image",
    source="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    check=_check,
)
