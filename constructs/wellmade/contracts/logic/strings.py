"""Strings: lengths, patterns, formats, and what a string must not be."""

import json
from collections.abc import Iterator

from wellmade.contracts.logic.answer import NOTHING, Answer, Found, Unknown
from wellmade.contracts.logic.assertions import Assertions
from wellmade.contracts.logic.formats import FORMATS, lies_within
from wellmade.contracts.logic.searching import Searching
from wellmade.contracts.logic.values import UnknownError, holds
from wellmade.contracts.patterns.search import Wanted, find_string
from wellmade.contracts.patterns.syntax import IrregularError

_TRIES = 20


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
        for candidate in _candidates(solver, asserted, text):
            if _fulfils(solver, asserted, candidate):
                return Found(candidate)
    except IrregularError as error:
        return Unknown(f"a pattern is not regular: {error}")
    return Unknown(f"no string was found for the formats {', '.join(map(str, (*wanted, *unwanted)))}")


def _candidates(solver: Searching, asserted: Assertions, text: str) -> Iterator[str]:
    """Yield strings that may fulfil all, each searched only where those before it did not."""
    yield from (FORMATS[name].example for name in asserted.asked("format") if name in FORMATS)
    yield text
    yield from _without_formats(solver, asserted)
    yield from _others(solver, asserted, text)


def _others(solver: Searching, asserted: Assertions, first: str) -> Iterator[str]:
    """Yield further strings that look like the formats, where the first one only looks so."""
    known, patterns = {first}, [FORMATS[name].pattern for name in asserted.asked("format")]
    while (
        len(known) < _TRIES
        and (text := _search(solver, asserted, patterns, (), frozenset(known))) is not None
    ):
        known.add(text)
        yield text


def _search(
    solver: Searching,
    asserted: Assertions,
    found: list[str],
    not_found: tuple[str, ...] = (),
    other_than: frozenset[str] = frozenset(),
) -> str | None:
    least, most = asserted.sizes("min_length", "max_length")
    texts = frozenset(json.loads(text) for text in asserted.excluded if text.startswith('"')) | other_than
    patterns = (*asserted.asked("pattern"), *found)
    refused = (*asserted.refused("pattern"), *not_found)
    return find_string(Wanted(patterns, refused, least, most, texts), solver.budget)


def _without_formats(solver: Searching, asserted: Assertions) -> Iterator[str]:
    """Yield a string that does not even look like the formats that it must not have."""
    refused = tuple(FORMATS[name].pattern for name in asserted.refused("format") if name in FORMATS)
    wanted = [FORMATS[name].pattern for name in asserted.asked("format") if name in FORMATS]
    if refused and (found := _search(solver, asserted, wanted, refused)) is not None:
        yield found


def _fulfils(solver: Searching, asserted: Assertions, text: str) -> bool:
    try:
        return all(
            holds(solver.pool, node, text) == sign
            for _, sign, node in asserted.atoms
            if node.kind != "opaque"
        )
    except UnknownError:
        return False
