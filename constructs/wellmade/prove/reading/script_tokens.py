"""Tokens of TypeScript and JavaScript, and the literals among them."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
    (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)
  | (?P<word>[A-Za-z_$][\w$]*)
  | (?P<number>\d[\w.]*)
  | (?P<sign>=>|\?\?|\|\||\.\.\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SKIPPED = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
"""Space and comments."""
_PATTERN = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[A-Za-z]*")
_ASKED = re.compile(r"\s*\.(?:exec|test)\(")
_BEFORE_PATTERNS = {"case", "delete", "do", "else", "in", "of", "return", "throw", "typeof", "void", "yield"}
OPENING, CLOSING = frozenset("({["), frozenset(")}]")
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
    """The tokens of a source, with where each bracket among them is closed."""

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
    while (start := _behind_space(source, at, end)) < end:
        line += source.count("\n", at, start)
        at = start
        before, inner = _next(source, at, before)
        yield Token(before, line)
        for start, stop in inner:
            within = list(_tokens(source, start, stop, line + source.count("\n", at, start)))
            if any(each.text == "(" or each.text[:1] == "`" for each in within):
                yield from (Token("[", within[0].line), *within, Token("]", within[-1].line))
        line += before.count("\n")
        at += len(before)


def _behind_space(source: str, at: int, end: int) -> int:
    skipped = _SKIPPED.match(source, at, end)
    return skipped.end() if skipped else at


def _next(source: str, at: int, before: str) -> tuple[str, list[tuple[int, int]]]:
    """Return what begins at a place, and the expressions in it, of a template."""
    if source[at] == "`" and (template := _template(source, at)):
        return source[at : template[0]], template[1]
    if source[at] == "/" and (pattern := _PATTERN.match(source, at)):
        is_asked = before in (")", "}") and _ASKED.match(source, pattern.end())
        if is_asked or _ends_nothing(before):
            return pattern[0], []
    match = _TOKEN.match(source, at)
    return match[0] if match else source[at], []


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
    while (at := _behind_space(source, at, len(source))) < len(source):
        before, _ = _next(source, at, before)
        depth += (before == "{") - (before == "}")
        if depth < 0:
            return at
        at += len(before)
    return at


def text_at(tokens: Sequence[Token], index: int) -> str:
    """Return the text of a token; empty where there is none."""
    return tokens[index].text if 0 <= index < len(tokens) else ""


def closing(tokens: Sequence[Token], index: int) -> int:
    """Return where the bracket at a token is closed; of an expression, where that ends."""
    closings = tokens.closings if isinstance(tokens, Tokens) else Tokens(tokens).closings
    for at in range(index, len(tokens)):
        if tokens[at].text in OPENING:
            return closings.get(at, len(tokens))
        if tokens[at].text in _ENDS:
            return at
    return len(tokens)
