"""Statements of PostgreSQL as they stand in a file: where each ends, and its words.

Source: https://www.postgresql.org/docs/current/sql-syntax-lexical.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<space> \s+ | --[^\n]* )
  | (?P<comment> /\* )
  | (?P<dollar> \$ (?:[A-Za-z_\x80-\U0010ffff][\w]*)? \$ )
  | (?P<escaped> [eE]' (?: [^'\\] | \\. | '' )* ' )
  | (?P<text> (?:[uU]&)? ' (?: [^'] | '' )* ' )
  | (?P<name> (?:[uU]&)? " (?: [^"] | "" )* " )
  | (?P<word> [A-Za-z_\x80-\U0010ffff][\w$]* )
  | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_OPEN, _CLOSE = "([", ")]"


class UnreadableSqlError(ValueError):
    """Text that is not ended: a quotation, a comment or a body."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a file."""

    line: int
    """Of its first word."""
    words: tuple[str, ...]
    """Keywords in capitals; names as they are quoted, texts as `'…'`, bodies as `$…$`, signs as they are."""
    bodies: tuple[str, ...]
    """What stands between dollars, such as the code of a function."""


def statements_of(sql: str) -> list[Statement]:
    """Return the statements of a file, without what is empty.

    Raises:
        UnreadableSqlError: If a quotation, a comment, a body or a bracket is not ended.
    """
    found: list[Statement] = []
    words: list[str] = []
    bodies: list[str] = []
    line, depth, atomic = 0, 0, 0
    for word, body, at in _words(sql):
        if word == ";" and not depth and not atomic:
            found += [Statement(line, tuple(words), tuple(bodies))] if words else []
            words, bodies = [], []
            continue
        line = line if words else at
        depth += (word in _OPEN) - (word in _CLOSE)
        atomic = _atomic(atomic, word, words)
        words.append(word)
        bodies += [body] if body is not None else []
    if depth > 0 or atomic:
        raise UnreadableSqlError(f"line {line}: the statement is not ended")
    return [*found, *([Statement(line, tuple(words), tuple(bodies))] if words else [])]


def _atomic(depth: int, word: str, before: list[str]) -> int:
    """Return how deep in `BEGIN ATOMIC … END` a word is: semicolons within end no statement."""
    if word == "ATOMIC" and before[-1:] == ["BEGIN"]:
        return depth + 1
    return depth + (word == "CASE") - (word == "END") if depth else depth


def _words(sql: str) -> Iterator[tuple[str, str | None, int]]:
    """Yield each word with the body that it is, and its line."""
    at, line = 0, 1
    while at < len(sql):
        match = _TOKEN.match(sql, at)
        if match is None:  # the last alternative takes any character
            raise UnreadableSqlError(f"line {line}: cannot be read")
        kind, text, begun = str(match.lastgroup), match.group(), line
        end = match.end()
        if kind in ("comment", "dollar"):
            end = _end_of_comment(sql, at, line) if kind == "comment" else _end_of_body(sql, match, line)
        line += sql.count("\n", at, end)
        if kind == "dollar":
            yield "$…$", sql[match.end() : end - len(text)], begun
        elif kind == "other" and text in "'\"":
            raise UnreadableSqlError(f"line {begun}: a quotation is not ended")
        elif kind not in ("space", "comment"):
            yield {"word": text.upper(), "text": "'…'", "escaped": "'…'"}.get(kind, text), None, begun
        at = end


def _end_of_comment(sql: str, at: int, line: int) -> int:
    """Return where a comment ends; they nest."""
    depth = 0
    for match in re.finditer(r"/\*|\*/", sql[at:]):
        depth += 1 if match.group() == "/*" else -1
        if not depth:
            return at + match.end()
    raise UnreadableSqlError(f"line {line}: a comment is not ended")


def _end_of_body(sql: str, opened: re.Match[str], line: int) -> int:
    end = sql.find(opened.group(), opened.end())
    if end < 0:
        raise UnreadableSqlError(f"line {line}: a body between dollars is not ended")
    return end + len(opened.group())
