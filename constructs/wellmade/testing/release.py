"""What a release would do to data: resources that hold some and would be deleted or replaced."""

from collections.abc import Mapping
from typing import Any


def replacements(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each resource that holds data and would not survive the update.

    `wellmade upgrade` decides; see docs/upgrade.md.

    Args:
        before: The template that is deployed.
        after: The template to be deployed.
    """
    from wellmade.upgrade.compare import compare  # noqa: PLC0415 - needs the extra `tools`
    from wellmade.upgrade.stacks import Written  # noqa: PLC0415 - as above

    found = compare(*({"stack": Written("stack", template)} for template in (before, after)))
    return [
        f"{each.logical_id} ({each.type}) is {each.fate}: {each.why}; {each.data}; {each.fix}"
        for each in found.loses
    ]
