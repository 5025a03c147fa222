"""Functions and methods of a script, and which of them are reached from others by their names."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wellmade.prove.reading.script_tokens import Token

_NO_NAMES = {"if", "for", "while", "switch", "catch", "with", "return", "await", "new", "typeof"}
_ALWAYS = {"constructor"}


@dataclass(frozen=True)
class Block:
    """The body of a function that has a name."""

    name: str
    start: int
    end: int


def blocks_of(tokens: Sequence[Token]) -> list[Block]:
    """Return the functions and methods of a source, outer ones first."""
    found = []
    for index, token in enumerate(tokens):
        if token.text == "(":
            close = _closing(tokens, index)
            body = _body(tokens, close + 1)
            name = _name(tokens, index)
            if body and name:
                found.append(Block(name, body, _closing(tokens, body)))
    return found


def reached(modules: Iterable[tuple[Sequence[Token], Sequence[Block]]], handler: str) -> frozenset[str]:
    """Return the names of functions that a handler and what runs on import lead to.

    Args:
        modules: Tokens and functions of each.
        handler: The function that is invoked.
    """
    words: dict[str, set[str]] = {}
    waiting = {handler, *_ALWAYS}
    for tokens, blocks in modules:
        inside = {index for block in (*blocks, *_types(tokens)) for index in range(block.start, block.end)}
        outside = Counter(token.text for index, token in enumerate(tokens) if index not in inside)
        declared = Counter(block.name for block in blocks)
        waiting |= {word for word, count in outside.items() if count > declared[word]}
        for block in blocks:
            words.setdefault(block.name, set()).update(
                token.text.strip("'\"`") for token in tokens[block.start : block.end]
            )
    return frozenset(_closure(waiting, words))


def _types(tokens: Sequence[Token]) -> Iterator[Block]:
    """Yield the bodies of interfaces, which name methods and call none."""
    for index, token in enumerate(tokens):
        if token.text == "interface":
            start = next(
                (at for at in range(index, min(index + 40, len(tokens))) if tokens[at].text == "{"), 0
            )
            if start:
                yield Block(_text(tokens, index + 1), start, _closing(tokens, start))


def _closure(waiting: set[str], words: Mapping[str, set[str]]) -> Iterator[str]:
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting |= words.get(name, set()) - seen
            yield name


def is_reached(index: int, blocks: Iterable[Block], names: frozenset[str]) -> bool:
    """Tell whether every function around a token is reached."""
    return all(block.name in names for block in blocks if block.start <= index < block.end)


def _name(tokens: Sequence[Token], index: int) -> str:
    """Return the name of the function whose parameters begin at a bracket; empty if it has none."""
    before = _text(tokens, index - 1)
    if before in ("async", "function", "*"):
        return _name(tokens, index - 1)
    if before == "=":
        return _assigned(tokens, index - 1)
    return before if before[:1].isalpha() and before not in _NO_NAMES else ""


def _assigned(tokens: Sequence[Token], index: int) -> str:
    """Return what a function is assigned to at a token: the word before, or before the type in between."""
    for at in range(index - 1, max(index - 20, 0), -1):
        if _text(tokens, at) == ":":
            return _text(tokens, at - 1)
        if _text(tokens, at) in (";", "{", "}", "(", ")"):
            break
    return _text(tokens, index - 1)


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


def _closing(tokens: Sequence[Token], index: int) -> int:
    """Return where the bracket at a token is closed; of an expression, where that ends."""
    depth = 0
    for at in range(index, len(tokens)):
        text = tokens[at].text
        depth += (text in ("(", "{", "[")) - (text in (")", "}", "]"))
        if depth < 0 or (depth == 0 and (text in (")", "}", "]") or text in (";", ","))):
            return at
    return len(tokens)


def _text(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].text if 0 <= index < len(tokens) else ""
