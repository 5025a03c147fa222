"""Tokens of TypeScript and JavaScript, and the literals among them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

_SPACE = r"(?:\s+|//[^\n]*|/\*.*?\*/)*+"
"""Space and comments, of which nothing is given back to what follows."""
_WORD = r"""
    (?:[^\W\d]|\$)[\w$]*
  | "(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`
  | \d[\w.]*
  | =>|\?\?|\|\||\.\.\.|.
"""
_TOKEN = re.compile(rf"({_SPACE})({_WORD})", re.VERBOSE | re.DOTALL)
_PATTERN = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[A-Za-z]*")
_ASKED = re.compile(r"\s*\.(?:exec|test)\(")
_BEFORE_PATTERNS = {"case", "delete", "do", "else", "in", "of", "return", "throw", "typeof", "void", "yield"}
OPENING, CLOSING = frozenset("({["), frozenset(")}]")
QUOTES = frozenset("'\"`")
_ENDS = {*CLOSING, ";", ","}


_ESCAPED = re.compile(r"\\\\|\\u\{0*([0-9A-Fa-f]{1,6})\}|\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})")
"""A character by its number; a backslash that is escaped begins none."""


class Token(NamedTuple):
    """A word, a sign or a string with its quotes."""

    text: str
    line: int


def source_of(file: Path) -> str:
    """Return a script whose letters and digits are written as such, and not by their numbers."""
    source = file.read_text(errors="replace")
    return _ESCAPED.sub(_plain, source) if "\\u" in source or "\\x" in source else source


def _plain(found: re.Match[str]) -> str:
    number = int(next(filter(None, found.groups()), "0"), 16)
    character = chr(number) if number < 128 else ""
    return character if character.isalnum() or character in tuple("$-./@_") else found[0]


class Tokens(tuple[Token, ...]):  # noqa: SLOT001 - it keeps what was worked out once
    """The tokens of a source, with where each text stands and where each bracket is closed."""

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """By text the places of the tokens that have it."""
        found: dict[str, list[int]] = {}
        for at, (text, _) in enumerate(self):
            found.setdefault(text, []).append(at)
        return found

    @cached_property
    def strings(self) -> Sequence[int]:
        """The places of texts in quotes."""
        return sorted(at for text, places in self.places.items() if text[:1] in QUOTES for at in places)

    @cached_property
    def closings(self) -> dict[int, int]:
        """By place of a bracket that opens the place of the one that closes it, if there is one."""
        found: dict[int, int] = {}
        opened: list[int] = []
        for at, token in enumerate(self):
            if token.text in OPENING:
                opened.append(at)
            elif token.text in CLOSING and opened:
                found[opened.pop()] = at
        return found


@lru_cache(maxsize=256)
def tokens_of(source: str) -> Tokens:
    """Return the tokens of a source; comments and space are left out.

    A template is one token, and what is called in it follows in brackets.
    """
    return Tokens(_tokens(source, 0, len(source), 1))


def _tokens(source: str, at: int, end: int, line: int) -> Iterator[Token]:
    before = ""
    while found := _TOKEN.match(source, at, end):
        space, text = found.groups()
        if space:
            line += space.count("\n")
        at = found.start(2)
        if text[0] in "`/":
            before, inner = _special(source, at, before, text)
            yield Token(before, line)
            for start, stop in inner:
                within = list(_tokens(source, start, stop, line + source.count("\n", at, start)))
                if any(each.text == "(" or each.text[:1] == "`" for each in within):
                    yield from (Token("[", within[0].line), *within, Token("]", within[-1].line))
        else:
            before = text
            yield Token(text, line)
        if "\n" in before:
            line += before.count("\n")
        at += len(before)


def _special(source: str, at: int, before: str, plain: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the template with its expressions, or the pattern that begins at a place; else what is plain."""
    if plain[0] == "`":
        template = _template(source, at)
        return (source[at : template[0]], template[1]) if template else (plain, [])
    if pattern := _PATTERN.match(source, at):
        is_asked = before in (")", "}") and _ASKED.match(source, pattern.end())
        if is_asked or _ends_nothing(before):
            return pattern[0], []
    return plain, []


def _ends_nothing(before: str) -> bool:
    """Tell whether a slash behind this word begins a pattern, and divides nothing."""
    is_value = bool(before) and (before[0].isalnum() or before[0] in "_$\"'`)]}/")
    return not is_value or before in _BEFORE_PATTERNS


def _template(source: str, at: int) -> tuple[int, list[tuple[int, int]]] | None:
    """Return where a template ends that begins at a place, and where the expressions in it lie."""
    inner: list[tuple[int, int]] = []
    place = at + 1
    while place < len(source):
        if source[place] == "`":
            return place + 1, inner
        if source.startswith("${", place):
            inner.append((place + 2, _brace(source, place + 2)))
            place = inner[-1][1]
        place += 2 if source[place : place + 1] == "\\" else 1
    return None


def _brace(source: str, at: int) -> int:
    """Return where the brace is closed that was opened before a place."""
    depth, before = 0, ""
    while found := _TOKEN.match(source, at):
        at = found.start(2)
        before, _ = _special(source, at, before, found[2]) if found[2][0] in "`/" else (found[2], ())
        depth += (before == "{") - (before == "}")
        if depth < 0:
            return at
        at += len(before)
    return len(source)


def text_at(tokens: Sequence[Token], index: int) -> str:
    """Return the text of a token; empty where there is none."""
    return tokens[index].text if 0 <= index < len(tokens) else ""


def places_of(tokens: Sequence[Token], *texts: str) -> Sequence[int]:
    """Return the places of the tokens with one of some texts, in order."""
    places = tokens.places if isinstance(tokens, Tokens) else Tokens(tokens).places
    return (
        places.get(texts[0], ())
        if len(texts) == 1
        else sorted(at for text in texts for at in places.get(text, ()))
    )


def closing(tokens: Sequence[Token], index: int) -> int:
    """Return where the bracket at a token is closed; of an expression, where that ends."""
    closings = tokens.closings if isinstance(tokens, Tokens) else Tokens(tokens).closings
    for at in range(index, len(tokens)):
        if tokens[at].text in OPENING:
            return closings.get(at, len(tokens))
        if tokens[at].text in _ENDS:
            return at
    return len(tokens)
