"""The two templates of each rule: what the one marks, and both with each value hidden in turn."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wellmade.check.grouping import every
from wellmade.check.registry import all_rules, folder_of
from wellmade.check.rule import Finding, Rule
from wellmade.check.run import check
from wellmade.graph import load
from wellmade.graph.read.decode import decode

MARK = re.compile(r"^ *# found at (\S+) (\S+): (.+)$")
HIDDEN = {"Fn::ImportValue": "nobody-exports-this"}
Place = tuple[str | int, ...]
Told = tuple[str, str, str]


def file_of(rule_id: str, kind: str) -> Path:
    """Return the `bad` or `good` template of a rule."""
    return folder_of(rule_id) / f"{rule_id.replace('-', '_')}.{kind}.yaml"


def found_in(file: Path, rules: list[Rule]) -> list[Finding]:
    """Return what some rules find, each place by itself, without what is said of suppressions."""
    ids = {rule.id for rule in rules}
    return [finding for finding in every(check(load([file]), rules)) if finding.rule in ids]


def marks_of(file: Path) -> Iterator[tuple[int, Told]]:
    """Yield what a template marks: the line of the resource below, and resource, path and message."""
    lines = file.read_text().splitlines()
    for number, line in enumerate(lines):
        mark = MARK.match(line)
        if mark:
            below = next(at for at in range(number, len(lines)) if not lines[at].lstrip().startswith("#"))
            yield below + 1, (mark[1], mark[2], mark[3])


def leaves(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield where the values stand; an intrinsic function is one value."""
    if isinstance(value, dict) and value and not _is_intrinsic(value):
        for key, entry in value.items():
            yield from leaves(entry, (*place, key))
    elif isinstance(value, list) and value:
        for index, entry in enumerate(value):
            yield from leaves(entry, (*place, index))
    else:
        yield place


def hidden(body: dict[str, Any], place: Place) -> dict[str, Any]:
    """Return the template with one value replaced by one that it does not tell."""
    changed = copy.deepcopy(body)
    holder: Any = changed
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = HIDDEN
    return changed


def places_of(body: dict[str, Any]) -> list[Place]:
    """Return where the values of all resources' properties stand."""
    return [
        ("Resources", name, "Properties", *place)
        for name, resource in body["Resources"].items()
        if isinstance(resource, dict) and resource.get("Properties")
        for place in leaves(resource["Properties"])
    ]


def judged_unknown(rule_id: str, folder: Path, share: int = 1, turn: int = 0) -> Iterator[str]:
    """Yield each value that a rule judged though it was hidden.

    Nothing may be found in the good template, nothing further in the bad one, and nothing there where the
    hidden value is what tells it from the good one.

    Args:
        rule_id: Whose templates.
        folder: Where templates may be written.
        share: Which part of the values is hidden: one in so many. Default: each.
        turn: Which one of those begins. Default: the first.
    """
    rule = all_rules()[rule_id]
    good, bad = (decode(file_of(rule_id, kind))[0] for kind in ("good", "bad"))
    before = {_place(each) for each in found_in(file_of(rule_id, "bad"), [rule])}
    for kind, body, other in (("good", good, bad), ("bad", bad, good)):
        for place in places_of(body)[turn % share :: share]:
            file = folder / f"{rule_id}.json"
            file.write_text(json.dumps(hidden(body, place), default=str))
            told = {_place(each) for each in found_in(file, [rule])}
            allowed = before if kind == "bad" and not _differs(body, other, place) else set()
            if told - allowed:
                yield f"{kind} {'.'.join(map(str, place))}: {min(told - allowed)}"


def _place(finding: Finding) -> tuple[str, str]:
    """Return where it is; names and numbers in the message may be what is hidden."""
    return finding.resource, finding.path


def _differs(body: Any, other: Any, place: Place) -> bool:
    """Tell whether a value is the one thing that tells one template from the other."""
    every_place = dict.fromkeys((*places_of(body), *places_of(other)))
    differing = [each for each in every_place if _at(body, each) != _at(other, each)]
    return differing == [place] and _at(other, place) is not None


def _at(body: Any, place: Place) -> Any:
    for key in place:
        try:
            body = body[key]
        except (KeyError, IndexError, TypeError):
            return None
    return body


def _is_intrinsic(value: dict[str, Any]) -> bool:
    key = next(iter(value))
    return len(value) == 1 and (key in ("Ref", "Condition") or str(key).startswith("Fn::"))
