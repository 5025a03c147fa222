"""Functions have a log group of the template."""

from collections.abc import Iterator

from wellmade.check.conditional import never_set
from wellmade.check.providers import is_provider
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, as_mapping, attributes, is_known, written

_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")


def _check(graph: Graph) -> Iterator[Violation]:
    groups = [*graph.of_type("AWS::Logs::LogGroup"), *graph.of_type("Custom::LogRetention")]
    for function in graph.of_type(*_FUNCTIONS):
        if _names_none(function) and not any(_is_of(group, function) for group in groups):
            message = "is not set, and no log group of the template is for this function"
            yield Violation(function, "Properties.LoggingConfig.LogGroup", message)


def _names_none(function: Resource) -> bool:
    """Tell whether a function surely names no group, though somebody could give it one."""
    given = function.get("LoggingConfig")
    return is_known(given) and never_set(as_mapping(given), "LogGroup") and not is_provider(function)


def _is_of(group: Resource, function: Resource) -> bool:
    name = group.get("LogGroupName")
    if any(each.resource_id == function.id for each in attributes(name)) or not is_known(name):
        return True
    called = function.get("FunctionName")
    return called is not None and written(name) == f"/aws/lambda/{written(called)}"


RULE = Rule(
    id="function-log-group",
    title="Functions have a log group of the template",
    severity=Severity.ADVICE,
    explanation=(
        "Lambda makes the log group at the first call, outside of the stack. It never expires, "
        "nobody deletes it with the stack, and a group that the template adds later fails because "
        "the name is taken."
    ),
    fix="add an AWS::Logs::LogGroup with RetentionInDays and name it in LoggingConfig.LogGroup",
    source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html",
    check=_check,
    leaves_tests=True,
)
