"""Find patterns that validators take exponential time for: those that match one text in many ways."""

from collections.abc import Iterator

import networkx as nx

from wellmade.contracts.patterns.automaton import Automaton, automaton
from wellmade.contracts.patterns.syntax import IrregularError
from wellmade.contracts.patterns.unicode import Ranges

_PAIRS = 40_000


def is_explosive(pattern: str) -> bool:
    """Tell whether a backtracking matcher may take exponential time, as for `(a+)+$`.

    It may where two different ways lead from a position back to itself over the same text. A pattern that is
    not regular is called explosive where a repeated group stands in it, since nobody looked into that.
    """
    try:
        built = automaton(pattern)
    except IrregularError:
        return any(sign in pattern for sign in (")*", ")+", "){"))
    graph = nx.DiGraph((start, to) for start, ends in enumerate(built.follow) for to in ends)
    return any(_is_ambiguous(built, frozenset(ring)) for ring in nx.strongly_connected_components(graph))


def _is_ambiguous(built: Automaton, ring: frozenset[int]) -> bool:
    if any(built.follow[start].count(to) > 1 for start in ring for to in ring):
        return True
    pairs = nx.DiGraph()
    seen, waiting = set(), [(state, state) for state in ring]
    while waiting:
        pair = waiting.pop()
        if pair in seen:
            continue
        seen.add(pair)
        if len(seen) > _PAIRS:
            return True
        for after in _after(built, pair, ring):
            pairs.add_edge(pair, after)
            waiting.append(after)
    rings = nx.strongly_connected_components(pairs)
    return any(
        any(one == other for one, other in found) and any(one != other for one, other in found)
        for found in rings
    )


def _after(built: Automaton, pair: tuple[int, int], ring: frozenset[int]) -> Iterator[tuple[int, int]]:
    for one in ring.intersection(built.follow[pair[0]]):
        for other in ring.intersection(built.follow[pair[1]]):
            if _overlap(built.chars[one], built.chars[other]):
                yield one, other


def _overlap(one: Ranges, other: Ranges) -> bool:
    return any(low <= top and bottom <= high for low, high in one for bottom, top in other)
