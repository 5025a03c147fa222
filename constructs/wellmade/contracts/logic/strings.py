"""Strings: lengths, patterns, formats, and what a string must not be."""

import json

from wellmade.contracts.logic.answer import NOTHING, Answer, Found, Unknown
from wellmade.contracts.logic.assertions import Assertions
from wellmade.contracts.logic.formats import FORMATS, lies_within
from wellmade.contracts.logic.searching import Searching
from wellmade.contracts.logic.values import UnknownError, holds
from wellmade.contracts.patterns.search import Wanted, find_string
from wellmade.contracts.patterns.syntax import IrregularError


def find_string_value(solver: Searching, asserted: Assertions) -> Answer:
    """Return a string that fulfils all."""
    wanted, unwanted = asserted.asked("format"), asserted.refused("format")
    if any(lies_within(one, other) for one in wanted for other in unwanted):
        return NOTHING
    strange = [name for name in (*wanted, *unwanted) if name not in FORMATS]
    try:
        text = _search(solver, asserted, [FORMATS[name].pattern for name in wanted if name in FORMATS])
        if text is None:
            return NOTHING
        if strange:
            return Unknown(f"it is not known which strings have the format {strange[0]}")
        candidates = (text, *_examples(wanted), *_without_formats(solver, asserted))
    except IrregularError as error:
        return Unknown(f"a pattern is not regular: {error}")
    for candidate in candidates:
        if candidate is not None and _fulfils(solver, asserted, candidate):
            return Found(candidate)
    return Unknown(f"no string was found for the formats {', '.join(map(str, (*wanted, *unwanted)))}")


def _search(
    solver: Searching, asserted: Assertions, found: list[str], not_found: tuple[str, ...] = ()
) -> str | None:
    least, most = asserted.sizes("min_length", "max_length")
    texts = frozenset(json.loads(text) for text in asserted.excluded if text.startswith('"'))
    patterns = (*asserted.asked("pattern"), *found)
    refused = (*asserted.refused("pattern"), *not_found)
    return find_string(Wanted(patterns, refused, least, most, texts), solver.budget)


def _examples(names: list[str]) -> tuple[str, ...]:
    return tuple(FORMATS[name].example for name in names if name in FORMATS)


def _without_formats(solver: Searching, asserted: Assertions) -> tuple[str | None, ...]:
    """Return a string that does not even look like the formats that it must not have."""
    refused = tuple(FORMATS[name].pattern for name in asserted.refused("format") if name in FORMATS)
    wanted = [FORMATS[name].pattern for name in asserted.asked("format") if name in FORMATS]
    return (_search(solver, asserted, wanted, refused),) if refused else ()


def _fulfils(solver: Searching, asserted: Assertions, text: str) -> bool:
    try:
        return all(
            holds(solver.pool, node, text) == sign
            for _, sign, node in asserted.atoms
            if node.kind != "opaque"
        )
    except UnknownError:
        return False
