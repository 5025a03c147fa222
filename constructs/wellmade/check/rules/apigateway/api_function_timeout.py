"""The timeout of a function is below that of the API in front of it."""

from collections.abc import Iterator

from wellmade.check.api_timeouts import HTTP, REST, waits
from wellmade.check.conditional import least
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Kind, as_mapping

DEFAULT_TIMEOUT = 3


def _check(graph: Graph) -> Iterator[Violation]:
    for edge in graph.edges(kind=Kind.INVOKES_SYNC):
        api, function = edge.source, edge.target
        timeout = least(function.get("Timeout", DEFAULT_TIMEOUT))
        if api.type not in (*REST, *HTTP) or timeout is None:
            continue
        integration, event = as_mapping(edge.detail.get("integration")), as_mapping(edge.detail.get("event"))
        longest = waits(api, integration, event)
        if longest is not None and timeout > longest:
            message = f"is {timeout:.12g} s, but {api.logical_id} waits {longest:.12g} s only"
            yield Violation(function, "Properties.Timeout", message)


RULE = Rule(
    id="api-function-timeout",
    title="The timeout of a function is below that of the API in front of it",
    severity=Severity.WARNING,
    explanation=(
        "The caller gets a 504 and tries again while the first attempt still runs and is paid for. When "
        "the database is slow, each caller soon keeps several copies of the function busy."
    ),
    fix="set the function's Timeout to at most the integration's, or answer 202 and work from a queue",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
    check=_check,
)
