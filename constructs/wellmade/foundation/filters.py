"""What a filter on events looks like; a wrong one is taken and lets nothing through."""

from collections.abc import Collection, Mapping, Sequence
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
        if isinstance(wanted, Mapping) and wanted:
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


def refuse_wrong_filters(
    scope: IConstruct, filters: Sequence[Mapping[str, Any]], keys: Collection[str]
) -> None:
    """Raise where Lambda does not take a filter of an event source, or no record could match it.

    Args:
        scope: The pattern.
        filters: What the user gave.
        keys: What records of the source have at their top.

    Raises:
        RefusedError: If one is empty, names something else, or compares with something else than a list.
    """
    for number, each in enumerate(filters):
        option = f"filters[{number}]"
        if not each:
            fix = "leave it out to take everything"
            raise refusal(scope, option, "a filter that names something", "an empty one", fix)
        unknown = next((key for key in each if key not in keys and key != "$or"), None)
        if unknown is not None:
            top = sorted(keys)
            allowed = f"by what a record has: {', '.join(top)}"
            fix = "write the pattern itself, such as {'%s': {'kind': ['order']}}"
            raise refusal(
                scope,
                option,
                allowed,
                repr(unknown),
                fix % ("body" if "body" in top else "data"),
                rule="source-filter",
            )
        refuse_wrong_filter(scope, option, each)
