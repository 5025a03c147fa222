"""A function runs for 15 minutes at most."""

from collections.abc import Iterator

from wellmade.check.conditional import least
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.lambda_ import LONGEST_TIMEOUT
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for function in graph.of_type("AWS::Lambda::Function", "AWS::Serverless::Function"):
        timeout = least(function.get("Timeout"))
        if timeout is not None and timeout > LONGEST_TIMEOUT:
            message = f"is {timeout:.12g} s, must be at most {LONGEST_TIMEOUT} s (15 min)"
            yield Violation(function, "Properties.Timeout", message)


RULE = Rule(
    id="function-timeout",
    title="A function runs for 15 minutes at most",
    severity=Severity.ERROR,
    explanation=(
        "Lambda refuses a longer timeout and the deployment rolls back. Work that needs longer is cut off "
        "half done whatever the timeout says."
    ),
    fix="run the work as a Fargate task, or split it so that each part ends within 900 s",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html",
    check=_check,
)
