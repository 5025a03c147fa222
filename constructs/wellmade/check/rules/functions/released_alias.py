"""What invokes a released function names its alias."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.workflows import MACHINES
from wellmade.facts.releases import ALIAS_UPDATE, INVOKERS, LATEST
from wellmade.graph import Graph
from wellmade.graph.resolve.joining import written
from wellmade.graph.resolve.resource import Resource
from wellmade.graph.resolve.state_machines import definition_of, operation_of, tasks_of
from wellmade.graph.resolve.values import Text, Value, as_list, as_mapping

_DEFINITIONS = ("DefinitionString", "Definition", "DefinitionUri")


def _check(graph: Graph) -> Iterator[Violation]:
    aliases = [each for each in graph.of_type("AWS::Lambda::Alias") if ALIAS_UPDATE in each.update_policy]
    released = {of.id: alias for alias in aliases if (of := graph.function(alias)) is not None}
    for invoker, path, value in _invokers(graph):
        function = graph.target(value)
        if function is not None and function.id in released and not _is_qualified(value):
            alias = released[function.id].logical_id
            message = f"names {function.logical_id} itself, which is released by {alias}"
            yield Violation(invoker, f"Properties.{path}", message)


def _invokers(graph: Graph) -> Iterator[tuple[Resource, str, Value]]:
    """Yield what invokes a function, and where it names it."""
    for kind, named_by in INVOKERS.items():
        for invoker in graph.of_type(kind):
            if invoker.flag("Enabled", default=True) is not False and invoker.get("Qualifier") is None:
                yield invoker, named_by, invoker.get(named_by)
    for machine in graph.of_type(*MACHINES):
        path = next((each for each in _DEFINITIONS if machine.get(each) is not None), _DEFINITIONS[0])
        yield from ((machine, path, value) for value in _called(machine))
    for stream in graph.of_type("AWS::KinesisFirehose::DeliveryStream"):
        for name in stream.properties:
            if name.endswith("DestinationConfiguration"):
                path = f"{name}.ProcessingConfiguration"
                yield from ((stream, path, value) for value in _processing(stream.get(path)))


def _called(machine: Resource) -> Iterator[Value]:
    for _, task in tasks_of(definition_of(machine)):
        given = as_mapping(task.get("Parameters", task.get("Arguments")))
        is_by_name = operation_of(written(task.get("Resource", ""))) == ("lambda", "invoke")
        if not is_by_name:
            yield task.get("Resource")
        elif given.get("Qualifier") in (None, "$LATEST"):
            yield given.get("FunctionName")


def _processing(configuration: Value) -> Iterator[Value]:
    for processor in map(as_mapping, as_list(as_mapping(configuration).get("Processors"))):
        for parameter in map(as_mapping, as_list(processor.get("Parameters"))):
            if parameter.get("ParameterName") == "LambdaArn":
                yield parameter.get("ParameterValue")


def _is_qualified(value: Value) -> bool:
    """Tell whether a version or an alias stands behind the ARN of the function."""
    last = value.parts[-1] if isinstance(value, Text) else ""
    return isinstance(last, str) and last.startswith(":") and last != LATEST


RULE = Rule(
    id="released-alias",
    title="What invokes a released function names its alias",
    severity=Severity.WARNING,
    explanation=(
        "CodeDeploy shifts the alias step by step. What names the function itself runs the new code as soon "
        "as it is uploaded, before its check and past every alarm, and is not taken back with the others."
    ),
    fix="refer to the alias instead of the function",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html",
    check=_check,
)
