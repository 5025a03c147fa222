"""Numbers of a synthesized template, as CloudFormation reads them, for the rules that compare them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from aws_cdk import CfnElement
from constructs import IConstruct

from wellmade.kit.refusals import RefusedError, refusal, warning

_DIGITS = re.compile(r"-?\d+(\.\d+)?")


def number_of(value: Any) -> float | None:
    """Return a number, also one that is written as text; None for what only deployment tells, or no number.

    A rule that gets None compares nothing: it yields what `unjudged` says.
    """
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        return float(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else None


def unjudged(
    scope: IConstruct,
    values: Mapping[str, Any],
    *,
    rule: str | None = None,
    resource: CfnElement | None = None,
) -> Iterator[RefusedError]:
    """Say of each value that is no number why a rule does not compare it.

    What deployment alone tells is a warning; what is no number for anybody fails the synth. None is passed
    over: of what is imported, the constructor has asked or told.

    Args:
        scope: Whose rule it is.
        values: As they are synthesized, by the names of their properties.
        rule: Id of the rule.
        resource: Where they stand.
    """
    for name, value in values.items():
        if value is None or number_of(value) is not None:
            continue
        if isinstance(value, Mapping):
            yield not_known(scope, name, value, rule=rule, resource=resource)
        else:
            fix = "CloudFormation takes nothing else there"
            yield refusal(scope, name, "a number", repr(value), fix, rule=rule, resource=resource)


def not_known(
    scope: IConstruct,
    name: str,
    value: Any,
    *,
    rule: str | None = None,
    resource: CfnElement | None = None,
) -> RefusedError:
    """Return the warning that a value is known at deployment only, so that no rule judges it."""
    allowed = "known at synth to be judged"
    fix = "write the value itself, or see to it yourself"
    return warning(scope, name, allowed, json.dumps(value, sort_keys=True), fix, rule=rule, resource=resource)
