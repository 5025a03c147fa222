"""What a release would do to data: resources that hold some and would be deleted or replaced."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def replacements(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    name: str = "stack",
    accepted_in: Path | None = None,
) -> list[str]:
    """Return a sentence for each resource that holds data and would not survive the update.

    `wellmade upgrade` decides; see docs/upgrade.md. What is accepted, and entries that fit no loss, are
    warnings, which stay warnings where others are errors.

    Args:
        before: The template that is deployed.
        after: The template to be deployed.
        name: How sentences and entries call the stack.
        accepted_in: The folder whose `wellmade.toml` says which losses are accepted. Default: none is.

    Raises:
        WellmadeError: If an entry of `wellmade.toml` cannot be read.
    """
    from wellmade.upgrade import accepted, compare  # noqa: PLC0415 - needs the extra `tools`
    from wellmade.upgrade.stacks import Written  # noqa: PLC0415 - as above

    known = accepted.accepted_in(accepted_in).of(name) if accepted_in else accepted.Accepted()
    found = known.applied_to(compare(*({name: Written(name, template)} for template in (before, after))))
    for each in found.accepted:
        _warn(f"{each.stack}/{each.said}; accepted: {each.accepted}")
    for entry in found.unfit:
        _warn(str(entry))
    return [f"{each.stack}/{each.said}; {each.fix}" for each in found.loses]


def _warn(said: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(said, stacklevel=3)
