"""Password parameters have NoEcho."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.check.parameters import parameters, user_of
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.secrets import names_password
from wellmade.graph import Graph, Value, flag


def _check(graph: Graph) -> Iterator[Violation]:
    for stack, name, parameter in parameters(graph, _is_password):
        hidden = flag(parameter.get("NoEcho"))
        if (
            parameter.get("Type") == "String"
            and not _is_choice(parameter)
            and (hidden is False or "NoEcho" not in parameter)
        ):
            user = user_of(graph, stack, name)
            if user:
                yield Violation(
                    user, "Properties", f"uses the parameter {name}, which is shown to whoever looks"
                )


def _is_choice(parameter: Mapping[str, Any]) -> bool:
    """Tell whether it takes one of the values that the template lists, which are no secret."""
    return isinstance(parameter.get("AllowedValues"), list)


def _is_password(name: Value) -> bool:
    return isinstance(name, str) and names_password(name)


RULE = Rule(
    id="plaintext-parameter",
    title="Password parameters have NoEcho",
    severity=Severity.ERROR,
    explanation=(
        "The value stands in the console, in every description of the stack and in the logs of whoever "
        "deploys it. Read access to CloudFormation is enough to have the password."
    ),
    fix="set NoEcho: true on the parameter, or better take the value from Secrets Manager",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html",
    check=_check,
)
