"""What an answer says of each entry of a call: done, refused, or nothing that can be relied on."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Entries:
    """What became of the entries of a call, by their number.

    An entry is done if it is named once, among those that went well; refused if it is named once, among
    those that failed. One that is named nowhere, twice, or on both sides is neither.
    """

    done: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    """Each with the reason."""
    unknown: list[int] = field(default_factory=list)


def read_entries(answer: Any, number: int) -> Entries:
    """Read the answer to a call of so many entries, whose ids are their numbers from 0."""
    good, bad = (_named(answer, side) for side in ("Successful", "Failed"))
    times = Counter(str(each.get("Id")) for each in (*good, *bad))
    done = {str(each.get("Id")): each for each in good}
    refused = {str(each.get("Id")): each for each in bad}
    found = Entries()
    for place in range(number):
        key = str(place)
        if times[key] != 1:
            found.unknown.append(place)
        elif key in done:
            found.done[place] = done[key]
        else:
            said = refused[key]
            found.refused[place] = f"{said.get('Code', 'refused')}: {said.get('Message') or ''}"
    return found


def _named(answer: Any, side: str) -> list[Mapping[str, Any]]:
    listed = answer.get(side) if isinstance(answer, Mapping) else None
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
