"""What invokes a released function names its alias."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.releases import ALIAS_UPDATE, INVOKERS
from wellmade.graph import Graph


def _check(graph: Graph) -> Iterator[Violation]:
    aliases = [each for each in graph.of_type("AWS::Lambda::Alias") if ALIAS_UPDATE in each.update_policy]
    released = {of.id: alias for alias in aliases if (of := graph.function(alias)) is not None}
    for kind, named_by in INVOKERS.items():
        for invoker in graph.of_type(kind):
            function = graph.target(invoker.get(named_by))
            is_on = invoker.flag("Enabled", default=True) is not False and invoker.get("Qualifier") is None
            if function is not None and function.id in released and is_on:
                alias = released[function.id].logical_id
                message = f"names {function.logical_id} itself, which is released by {alias}"
                yield Violation(invoker, f"Properties.{named_by}", message)


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
