"""Invoke permissions name their source."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, options

SERVICES = (
    "apigateway.amazonaws.com",
    "cognito-idp.amazonaws.com",
    "config.amazonaws.com",
    "events.amazonaws.com",
    "iot.amazonaws.com",
    "logs.amazonaws.com",
    "s3.amazonaws.com",
    "ses.amazonaws.com",
    "sns.amazonaws.com",
)
"""Services that say on whose behalf they call."""
_LIMITS = ("SourceArn", "SourceAccount", "PrincipalOrgID", "EventSourceToken", "FunctionUrlAuthType")


def _check(graph: Graph) -> Iterator[Violation]:
    for permission in graph.of_type("AWS::Lambda::Permission"):
        limited = any(permission.get(key) is not None for key in (*_LIMITS, "InvokedViaFunctionUrl"))
        if permission.derived_from or limited:
            continue
        callers = list(options(permission.get("Principal")))
        if callers and all(caller == "*" for caller in callers):
            yield _violation(permission, "lets everybody invoke the function, must name who may")
        elif callers and all(caller in SERVICES for caller in callers):
            yield _violation(
                permission, f"lets {callers[0]} invoke the function for any account, must name a source"
            )


def _violation(permission: Resource, message: str) -> Violation:
    return Violation(permission, "Properties.Principal", message)


RULE = Rule(
    id="public-permission",
    title="Invoke permissions name their source",
    severity=Severity.ERROR,
    explanation=(
        "Anybody can set up the same service in an account of their own, point it at the function and send "
        "it events of their making. The function takes them for yours."
    ),
    fix=(
        "set SourceArn, and SourceAccount where the ARN holds no account id; SourceAccount alone where the "
        "source depends on this permission"
    ),
    source="https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    check=_check,
)
