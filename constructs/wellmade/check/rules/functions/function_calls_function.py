"""Functions do not invoke other functions synchronously."""

from collections.abc import Iterator

from wellmade.check.conditional import possibly_set
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Edge, Graph, Kind, Resource

_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_OF_CDK = ("USER_ON_EVENT_FUNCTION_ARN", "USER_IS_COMPLETE_FUNCTION_ARN")
"""CDK's framework for custom resources calls what the user gave it, at deployment only."""


def _check(graph: Graph) -> Iterator[Violation]:
    for edge in graph.edges(kind=Kind.INVOKES_SYNC):
        caller, called = edge.source, edge.target
        variables = _variables(edge)
        if {caller.type, called.type} <= set(_FUNCTIONS) and variables and _waits(graph, caller, called):
            message = f"{', '.join(variables)} names {called.logical_id}, which the role may invoke"
            yield Violation(caller, "Properties.Environment.Variables", message)


def _variables(edge: Edge) -> list[str]:
    return [name for name in edge.detail.get("variables", []) if name not in _OF_CDK]


def _waits(graph: Graph, caller: Resource, called: Resource) -> bool:
    """A function with a place for failed events is meant for calls that nobody waits for."""
    if (
        caller is called
        or possibly_set(caller.get("DurableConfig"))
        or possibly_set(called.get("DurableConfig"))
    ):
        return False
    if possibly_set(
        called.get("TenancyConfig")
    ):  # a queue cannot name the tenant, so that a function has to call
        return False
    if possibly_set(called.get("DeadLetterConfig")) or possibly_set(called.get("EventInvokeConfig")):
        return False
    configs = graph.of_type("AWS::Lambda::EventInvokeConfig")
    return not any(graph.function(config.get("FunctionName")) is called for config in configs)


RULE = Rule(
    id="function-calls-function",
    title="Functions do not invoke other functions synchronously",
    severity=Severity.WARNING,
    explanation=(
        "Both are paid for while one waits, both take concurrency, and a timeout or throttle of the second "
        "is an error of the first. Under load the callers hold the concurrency that the called ones need."
    ),
    fix="put a queue or a state machine between the functions, or make them one",
    source="https://docs.aws.amazon.com/lambda/latest/dg/concepts-event-driven-architectures.html",
    check=_check,
)
