"""SnapStart has what it can work with."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.lambda_ import SNAP_START_STORAGE
from wellmade.graph import Graph, Resource, text

_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_PROVISIONED = "ProvisionedConcurrencyConfig"


def _check(graph: Graph) -> Iterator[Violation]:
    snapped = [
        each
        for each in graph.of_type(*_FUNCTIONS)
        if text(each.get("SnapStart.ApplyOn")) == "PublishedVersions"
    ]
    for function in snapped:
        space = function.number("EphemeralStorage.Size")
        if space is not None and space > SNAP_START_STORAGE:
            message = f"is {space:.12g}, must be at most {SNAP_START_STORAGE} with SnapStart"
            yield Violation(function, "Properties.EphemeralStorage.Size", message)
        if function.number(f"{_PROVISIONED}.ProvisionedConcurrentExecutions"):
            yield _both(function, function)
    for alias in graph.of_type("AWS::Lambda::Alias", "AWS::Lambda::Version"):
        named = graph.target(alias.get("FunctionName"))
        if named in snapped and alias.number(f"{_PROVISIONED}.ProvisionedConcurrentExecutions"):
            yield _both(alias, named)


def _both(place: Resource, function: Resource) -> Violation:
    message = f"is set, and {function.logical_id} has SnapStart: Lambda refuses both together"
    return Violation(place, f"Properties.{_PROVISIONED}", message)


RULE = Rule(
    id="snap-start",
    title="SnapStart has what it can work with",
    severity=Severity.WARNING,
    explanation=(
        "Lambda refuses SnapStart together with provisioned concurrency, and with more than 512 MB in /tmp."
    ),
    fix="leave SnapStart out, or the provisioned concurrency and the space above 512 MB",
    source="https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html",
    check=_check,
)
