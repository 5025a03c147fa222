"""What a filter on events looks like; a wrong one is taken and lets nothing through."""

from collections.abc import Mapping
from typing import Any

from constructs import IConstruct

from wellmade.foundation.refusal import refusal


def refuse_wrong_filter(scope: IConstruct | str, option: str, given: Mapping[str, Any] | None) -> None:
    """Raise unless every field is compared with a list, as EventBridge and SNS write it.

    Args:
        scope: The consumer, or its path.
        option: Such as `where`.
        given: The filter. None lets everything through.

    Raises:
        ValueError: If it is not.
    """
    for field, wanted in (given or {}).items():
        if isinstance(wanted, Mapping):
            refuse_wrong_filter(scope, f"{option}.{field}", wanted)
        elif field != "$or" and (not isinstance(wanted, list | tuple) or not wanted):
            allowed = "a list of values or conditions"
            raise refusal(scope, f"{option}.{field}", allowed, repr(wanted), f"write [{wanted!r}]")
