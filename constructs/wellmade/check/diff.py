"""What a change brought: findings of the new templates that the old ones do not have."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from wellmade.check.grouping import every
from wellmade.check.rule import Finding

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def brought(old: Iterable[Finding], new: Iterable[Finding], *, by_name: bool) -> list[Finding]:
    """Return the findings that the new templates have and the old ones do not.

    Lines, positions in lists and numbers in messages may change; a second finding of one kind is new.

    Args:
        old: What was found in the old templates.
        new: What was found in the new ones.
        by_name: Whether templates belong together by their names; else there is one of each.
    """
    known = Counter(_kind(finding, by_name=by_name) for finding in every(old))
    found = []
    for finding in new:
        left = [each for each in every([finding]) if not _take(known, _kind(each, by_name=by_name))]
        if left:
            found.append(replace(left[0], more=tuple(left[1:])))
    return found


def _take(known: "Counter[tuple[str, ...]]", kind: tuple[str, ...]) -> bool:
    if known[kind] < 1:
        return False
    known[kind] -= 1
    return True


def _kind(finding: Finding, *, by_name: bool) -> tuple[str, ...]:
    """Tell findings apart as people would, who see what has moved as the same."""
    name = Path(finding.template).name if by_name else ""
    path, message = (_NUMBER.sub("#", text) for text in (finding.path, finding.message))
    return name, finding.resource, finding.rule, path, message
