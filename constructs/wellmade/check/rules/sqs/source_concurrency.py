"""The sum of the sources' maximum concurrency fits into the function's reservation."""

from collections.abc import Iterator

from wellmade.check.mappings import mappings
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.sqs import SOURCE_CONCURRENCY
from wellmade.graph import Graph, Resource

LOWEST = SOURCE_CONCURRENCY[0]
PATH = "ScalingConfig.MaximumConcurrency"


def _check(graph: Graph) -> Iterator[Violation]:
    by_function: dict[Resource, list[tuple[Resource, float]]] = {}
    for mapping, _ in mappings(graph, "sqs"):
        most = mapping.number(PATH)
        if most is None:
            continue
        if most < LOWEST:
            yield Violation(mapping, f"Properties.{PATH}", f"is {most:.12g}, must be at least {LOWEST}")
        function = graph.function(mapping.get("FunctionName"))
        if function:
            by_function.setdefault(function, []).append((mapping, most))
    for function, sources in by_function.items():
        yield from _over(function, sources)


def _over(function: Resource, sources: list[tuple[Resource, float]]) -> Iterator[Violation]:
    reserved = function.number("ReservedConcurrentExecutions")
    certain = sum(most for mapping, most in sources if mapping.condition is None)
    together = certain or max(most for _, most in sources)
    # Nothing reserved at all is how a function is switched off.
    if reserved and together > reserved:
        names = " + ".join(f"{mapping.logical_id} {most:.12g}" for mapping, most in sources)
        message = f"is {reserved:.12g}, its sources start up to {together:.12g} ({names})"
        yield Violation(function, "Properties.ReservedConcurrentExecutions", message)


RULE = Rule(
    id="source-concurrency",
    title="The sum of the sources' maximum concurrency fits into the function's reservation",
    severity=Severity.ERROR,
    explanation=(
        "The pollers take messages that the throttled function cannot, and each attempt counts as a receive. "
        "Under load good messages end in the dead-letter queue without ever being seen."
    ),
    fix="reserve at least the sum of the sources' MaximumConcurrency, each of which is 2 to 1000",
    source="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
    check=_check,
)
