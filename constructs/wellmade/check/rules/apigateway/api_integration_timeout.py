"""API integration timeouts are at most 29 s (REST, WebSocket) or 30 s (HTTP)."""

from collections.abc import Iterator

from wellmade.check.api_timeouts import settings
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    for setting in settings(graph):
        longest = setting.longest * 1000
        if setting.milliseconds > longest:
            most = f"must be at most {longest} ms for {setting.kind} APIs"
            yield Violation(setting.resource, setting.path, f"is {setting.milliseconds:.12g} ms, {most}")


RULE = Rule(
    id="api-integration-timeout",
    title="API integration timeouts are at most 29 s (REST, WebSocket) or 30 s (HTTP)",
    severity=Severity.WARNING,
    explanation=(
        "API Gateway refuses a longer timeout and the deployment rolls back, unless the account's quota for "
        "regional or private REST APIs has been raised in this region, which costs throttle quota. The next "
        "account or region has not had it raised. Suppress the rule where the raise is agreed."
    ),
    fix="answer 202 and work from a queue, or set the timeout to what the API allows",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
    check=_check,
)
