"""A function's runtime still gets security updates."""

from collections.abc import Iterator

from wellmade.check.conditional import branches
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.runtimes import deprecated_runtimes
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    days = deprecated_runtimes()
    for function in graph.of_type("AWS::Lambda::Function", "AWS::Serverless::Function"):
        found = list(branches(function.get("Runtime")))
        if all(isinstance(runtime, str) and runtime in days for runtime in found):
            message = ", ".join(f"{runtime} is deprecated since {days[runtime]}" for runtime in found)
            yield Violation(function, "Properties.Runtime", message)


RULE = Rule(
    id="deprecated-runtime",
    title="A function's runtime still gets security updates",
    severity=Severity.WARNING,
    explanation=(
        "A deprecated runtime gets no more patches, and Lambda later refuses to create and then to update "
        "functions with it. The urgent correction is then the one that cannot be deployed."
    ),
    fix="move to a runtime that is still supported, the newest that the code runs on",
    source="https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    check=_check,
)
