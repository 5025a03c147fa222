"""Events of production invoke a published version."""

from collections.abc import Iterator

from wellmade.check.mappings import MAPPING, service_of
from wellmade.check.production import production_sign
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph

_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")


def _check(graph: Graph) -> Iterator[Violation]:
    for mapping in graph.of_type(MAPPING):
        if service_of(graph, mapping) == "sqs":
            continue
        function = graph.target(mapping.get("FunctionName"))
        if (
            function is None
            or function.type not in _FUNCTIONS
            or mapping.flag("Enabled", default=True) is False
        ):
            continue
        has_alias = function.get("AutoPublishAlias") is not None
        sign = production_sign(function)
        if sign and not has_alias:
            owner = graph.resources.get(f"{mapping.stack}/{mapping.derived_from}", mapping)
            path = "Properties.Events" if mapping.derived_from else "Properties.FunctionName"
            yield Violation(
                owner, path, f"names {function.logical_id} itself, so its $LATEST, in production ({sign})"
            )


RULE = Rule(
    id="function-on-latest",
    title="Events of production invoke a published version",
    severity=Severity.WARNING,
    explanation=(
        "Whatever is deployed takes all events at once, and there is no earlier version to go back "
        "to. A bad release is reverted by building an older one instead of by moving an alias. Messages of "
        "a queue wait and are redriven, so that sources that are queues are passed over."
    ),
    fix="publish a version, and give the event source an alias as FunctionName",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html",
    check=_check,
)
