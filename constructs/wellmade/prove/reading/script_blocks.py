"""Functions and methods of a script, and which of them are reached from others by their names."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import accumulate

from wellmade.prove.reading.script_classes import (
    NO_NAMES,
    by_values,
    classes_of,
    decorated,
    in_classes_of,
    of_foreign_classes,
)
from wellmade.prove.reading.script_tokens import Token, closing, places_of, text_at

_ALWAYS = {"constructor", "next", "then", "toJSON", "toString", "valueOf"}
"""Methods that no name leads to: the language calls them."""
_EXPRESSIONS = {
    "!", "&&", "(", "+", ",", "-", "...", ":", "=>", "?", "??", "[", "await", "default", "new", "return",
    "void", "yield", "||",
}  # fmt: skip
"""What stands before a function that is a value, and is called by whoever gets it."""
_EXPORTS = {"default", "exports"}
"""What a module is called by another name."""
ANYTHING = "*"
"""Stands among the words of code that names functions by a value."""


@dataclass(frozen=True)
class Block:
    """The body of a function that has a name."""

    name: str
    start: int
    end: int


def blocks_of(tokens: Sequence[Token]) -> list[Block]:
    """Return the functions and methods of a source, outer ones first."""
    found = []
    in_classes = frozenset(in_classes_of(tokens))
    for index in places_of(tokens, "("):
        body = _body(tokens, closing(tokens, index) + 1)
        name = _name(tokens, index, in_classes) if body else ""
        if name:
            found.append(Block(name, body, closing(tokens, body)))
    return found


def reached(modules: Iterable[tuple[Sequence[Token], Sequence[Block]]], handler: str) -> frozenset[str]:
    """Return the names of functions that a handler and what runs on import lead to.

    Args:
        modules: Tokens and functions of each.
        handler: The function that is invoked.
    """
    words: dict[str, set[str]] = {}
    waiting = {handler, *_ALWAYS}
    modules = list(modules)
    own = {name for tokens, _ in modules for name, *_ in classes_of(tokens)}
    for tokens, blocks in modules:
        inside = _within((*blocks, *_types(tokens)), len(tokens))
        outside = Counter(
            token.text for token, is_inside in zip(tokens, inside, strict=True) if not is_inside
        )
        foreign = _within(of_foreign_classes(tokens, own), len(tokens))
        waiting |= {block.name for block in blocks if foreign[block.start : block.start + 1] == [True]}
        waiting |= {*decorated(tokens)}
        called = by_values(tokens)
        if not all(inside[index] for index in called):
            waiting.add(ANYTHING)
        declared = Counter(block.name for block in blocks)
        waiting |= {word for word, count in outside.items() if count > declared[word]}
        for block in blocks:
            words.setdefault(block.name, set()).update(
                token.text.strip("'\"`") for token in tokens[block.start : block.end]
            )
            if bisect_left(called, block.start) < bisect_left(called, block.end):
                words[block.name].add(ANYTHING)
    words[ANYTHING] = {*words}
    return frozenset(_closure(waiting, words))


def _types(tokens: Sequence[Token]) -> Iterator[Block]:
    """Yield the bodies of interfaces, which name methods and call none."""
    for index in places_of(tokens, "interface"):
        here = range(index, min(index + 40, len(tokens)))
        if start := next((at for at in here if tokens[at].text == "{"), 0):
            yield Block(text_at(tokens, index + 1), start, closing(tokens, start))


def _closure(waiting: set[str], words: Mapping[str, set[str]]) -> Iterator[str]:
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting |= words.get(name, set()) - seen
            yield name


def reached_places(blocks: Iterable[Block], names: frozenset[str], length: int) -> list[bool]:
    """Tell of each token whether every function around it is reached.

    Args:
        blocks: The functions.
        names: Of those that are reached.
        length: How many tokens there are.
    """
    return [not each for each in _within((block for block in blocks if block.name not in names), length)]


def _within(blocks: Iterable[Block | range], length: int) -> list[bool]:
    """Tell of each token whether it lies in any of some pieces."""
    begins = [0] * (length + 1)
    for each in blocks:
        if isinstance(each, range) or each.end > each.start:
            start, end = (each.start, each.stop) if isinstance(each, range) else (each.start, each.end)
            begins[min(start, length)] += 1
            begins[min(end, length)] -= 1
    return [depth > 0 for depth in accumulate(begins)][:length]


def _name(tokens: Sequence[Token], index: int, in_classes: AbstractSet[int]) -> str:
    """Return the name that the function whose parameters begin at a bracket is called by; empty if by none.

    Functions that are values, and methods of objects, go with the code in which they stand.
    """
    before = text_at(tokens, index - 1)
    if before in ("async", "function", "*"):
        return _name(tokens, index - 1, in_classes)
    if before == "=":
        return _assigned(tokens, index - 1)
    if not before[:1].isalpha() or before in NO_NAMES:
        return ""
    start = index - 2 - (text_at(tokens, index - 2) == "*")
    if text_at(tokens, start) != "function":
        # Nobody calls what gets and sets a property.
        is_property = text_at(tokens, index - 2) in ("get", "set")
        return before if index - 1 in in_classes and not is_property else ""
    start -= text_at(tokens, start - 1) == "async"
    if text_at(tokens, start - 1) == "=":
        return _assigned(tokens, start - 1)
    return "" if text_at(tokens, start - 1) in _EXPRESSIONS else before


def _assigned(tokens: Sequence[Token], index: int) -> str:
    """Return what a function is assigned to at a token: the word before, or before the type in between."""
    for at in range(index - 1, max(index - 20, 0), -1):
        if text_at(tokens, at) == ":":
            return text_at(tokens, at - 1)
        if text_at(tokens, at) in (";", "{", "}", "(", ")"):
            break
    name = text_at(tokens, index - 1)
    return "" if name in _EXPORTS else name


def _body(tokens: Sequence[Token], index: int) -> int:
    """Return where the body begins behind a list of parameters; 0 if what follows is none."""
    depth = 0
    for at in range(index, min(index + 60, len(tokens))):
        text = tokens[at].text
        if text == "{" and depth == 0:
            return at
        if text == "=>":
            return at + 1
        if text in (";", ",", ")", ".", "=", "?", "&&", "||") and depth == 0:
            return 0
        depth += (text == "<") - (text == ">")
        if at == index and text not in (":", "=>", "{"):
            return 0
    return 0
