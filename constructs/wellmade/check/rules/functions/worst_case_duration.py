"""Work that is stated to take long fits into the timeout of its function."""

from collections.abc import Iterator

from wellmade.check.conditional import least
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.lambda_ import DEFAULT_TIMEOUT
from wellmade.graph import Graph, Resource, as_list, as_mapping, text

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")


def _check(graph: Graph) -> Iterator[Violation]:
    for function in graph.of_type(*FUNCTIONS):
        if function.derived_from:
            continue  # what SAM makes of it: the statement stands where it was written
        timeout = function.number("Timeout", DEFAULT_TIMEOUT)
        for work, seconds in _stated(function):
            if timeout is not None and seconds > timeout:
                message = f"is {timeout:.12g} s; {work} may take {seconds:.12g} s, as its metadata state"
                yield Violation(function, "Properties.Timeout", message)


def _stated(function: Resource) -> Iterator[tuple[str, float]]:
    ours = as_mapping(function.metadata.get("wellmade"))
    for each in as_list(ours.get("worstCases")):
        entry = as_mapping(each)
        seconds = least(entry.get("seconds"))
        if seconds is not None:
            yield text(entry.get("work")) or "its work", seconds


RULE = Rule(
    id="worst-case-duration",
    title="Work that is stated to take long fits into its function's timeout",
    severity=Severity.ERROR,
    explanation=(
        "Lambda ends the function in the middle of the work, which is then tried again and ends the same "
        "way until it is in the dead-letter queue. Nothing runs for longer than 15 minutes."
    ),
    fix=(
        "leave such work to a Step Functions workflow that runs a Fargate task, or raise the Timeout, up to "
        "900 s"
    ),
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html",
    check=_check,
)
