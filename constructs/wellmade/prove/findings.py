"""What keeps a role from being proven, as lines for people and as a document for programs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from wellmade.prove.deployed.unknowns import Unknowns
from wellmade.prove.proof import Proof, Untested

LONGEST, LONGEST_LINE = 300, 1000
"""So many characters of a name, and of a line, are told."""
_LONG = re.compile(rf"\S{{{LONGEST + 1},}}")
MOST = 12
"""So many lines of one kind are told of a role; a document holds them all."""


def lines_of(proof: Proof, unknowns: Unknowns | None = None) -> list[str]:
    """Return a line for each thing that keeps a role from being proven.

    Args:
        proof: What is said of a workload.
        unknowns: Spells values that no template tells. Default: they are left as they are.
    """
    if proof.exempt:
        return []
    report = proof.report
    kinds = [
        [f"denied: {each.action} on {each.resource}: {each.reason}" for each in report.denied],
        [
            f"granted and {each.why}: {each.action} on {each.resource} ({each.where})"
            for each in report.unused
        ],
        [f"declared and not granted: {each.action} ({each.reason})" for each in report.stale],
        [f"not judged: {each.what}: {each.reason}" for each in report.not_judged],
        [f"told in wellmade.toml, and heard by nobody: {each}" for each in proof.told],
    ]
    lines = [line for kind in kinds for line in _shortened(kind)]
    return [readable(unknowns.spell(line) if unknowns else line) for line in lines]


def readable(line: str) -> str:
    """Return a line without the middle of what nobody reads; a document holds all of it."""
    line = _LONG.sub(lambda word: f"{word[0][:LONGEST]}… ({len(word[0])} characters)", line)
    if len(line) <= LONGEST_LINE:
        return line
    return f"{line[:LONGEST_LINE]}… ({len(line)} characters; --format json tells all)"


def document_of(proof: Proof, unknowns: Unknowns) -> dict[str, Any]:
    """Return everything that is said of a workload."""
    report = proof.report
    found = {name: [asdict(each) for each in getattr(report, name)] for name in _LISTS}
    document = {
        "function": proof.workload.id,
        "proven": proof.verdict == "proven",
        "verdict": proof.verdict,
        "witness": proof.witness,
        "calls": report.calls,
        "told": list(proof.told),
        **found,
        "not_reached": [
            {
                "call": f"{each.site.service}:{each.site.operation}",
                "file": each.site.place.rpartition(":")[0],
                "line": each.site.line,
                "outcome": each.outcome,
            }
            for each in proof.untested
        ],
    }
    if report.not_judged:
        document["reason"] = "; ".join(f"{each.what}: {each.reason}" for each in report.not_judged)
    if proof.exempt:
        document["reason"] = proof.exempt
    return dict(_spelled(document, unknowns))


def tested_in_part(proof: Proof) -> Sequence[Untested]:
    """Return the calls in code that no test has reached, of a workload that tests have called at all."""
    return () if proof.exempt or proof.witness not in ("tests", "local cloud") else proof.untested


def untested_lines(proof: Proof) -> list[str]:
    """Return a line for each call in code that no test has reached."""
    return [
        f"{each.site.service}:{each.site.operation} at {each.site.place} ({_OUTCOMES[each.outcome]})"
        for each in tested_in_part(proof)
    ]


_OUTCOMES = {"allowed": "allowed", "denied": "would be denied", "not judged": "its target is not known"}
_LISTS = ("denied", "unused", "stale", "not_judged")


def _shortened(lines: Sequence[str]) -> list[str]:
    more = len(lines) - MOST
    return [*lines[:MOST], f"… and {more} more like these"] if more > 0 else list(lines)


def _spelled(value: Any, unknowns: Unknowns) -> Any:
    if isinstance(value, str):
        return unknowns.spell(value)
    if isinstance(value, Mapping):
        return {key: _spelled(each, unknowns) for key, each in value.items()}
    return [_spelled(each, unknowns) for each in value] if isinstance(value, list | tuple) else value
