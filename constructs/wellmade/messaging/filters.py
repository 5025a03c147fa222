"""What a filter on events looks like; a wrong one is taken and lets nothing through."""

from collections.abc import Mapping, Sequence
from typing import Any

from constructs import IConstruct

from wellmade.kit.refusals import refusal


def refuse_wrong_filter(scope: IConstruct | str, option: str, given: Mapping[str, Any] | None) -> None:
    """Raise unless every field is compared with a list, as EventBridge and SNS write it.

    Args:
        scope: The consumer, or its path.
        option: Such as `detail`.
        given: The filter. None lets everything through.

    Raises:
        RefusedError: If it is not.
    """
    for field, wanted in (given or {}).items():
        name = f"{option}.{field}"
        if isinstance(wanted, Mapping):
            refuse_wrong_filter(scope, name, wanted)
        elif not isinstance(wanted, list | tuple) or not wanted:
            allowed = "a list of values or conditions"
            raise refusal(scope, name, allowed, repr(wanted), f"write [{wanted!r}]")
        elif field == "$or":
            _refuse_wrong_alternatives(scope, name, wanted)


def _refuse_wrong_alternatives(scope: IConstruct | str, option: str, given: Sequence[Any]) -> None:
    for number, one in enumerate(given):
        if not isinstance(one, Mapping):
            fix = "write {'field': ['value']}"
            raise refusal(scope, f"{option}[{number}]", "a filter by fields", repr(one), fix)
        refuse_wrong_filter(scope, f"{option}[{number}]", one)
