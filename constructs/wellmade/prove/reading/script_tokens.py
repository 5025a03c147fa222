"""Tokens of TypeScript and JavaScript, and the literals among them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from wellmade.prove.reading.sites import Variable

_TOKEN = re.compile(
    r"""
    (?P<skip>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)
  | (?P<word>[A-Za-z_$][\w$]*)
  | (?P<number>\d[\w.]*)
  | (?P<sign>=>|\?\?|\|\||\.\.\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PATTERN = re.compile(r"/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[A-Za-z]*")
_ASKED = re.compile(r"\s*\.(?:exec|test)\(")
_BEFORE_PATTERNS = {"case", "delete", "do", "else", "in", "of", "return", "throw", "typeof", "void", "yield"}
_SIMPLE_TEMPLATE = re.compile(r"`\$\{\s*([\w$.!]+)\s*\}`")


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


@lru_cache(maxsize=256)
def tokens_of(source: str) -> tuple[Token, ...]:
    """Return the tokens of a source; comments and space are left out.

    A template is one token, and what is called in it follows in brackets.
    """
    return tuple(_tokens(source, 0, len(source), 1))


def _tokens(source: str, at: int, end: int, line: int) -> Iterator[Token]:
    before = ""
    while at < end:
        text, is_skipped, inner = _next(source, at, before)
        if not is_skipped:
            yield Token(text, line)
            before = text
        for start, stop in inner:
            within = list(_tokens(source, start, stop, line + source.count("\n", at, start)))
            if any(each.text == "(" or each.text[:1] == "`" for each in within):
                yield from (Token("[", within[0].line), *within, Token("]", within[-1].line))
        line += text.count("\n")
        at += len(text)


def _next(source: str, at: int, before: str) -> tuple[str, bool, list[tuple[int, int]]]:
    """Return what begins at a place, whether it is left out, and the expressions in it, of a template."""
    if source[at] == "`" and (template := _template(source, at)):
        return source[at : template[0]], False, template[1]
    if source[at] == "/" and (pattern := _PATTERN.match(source, at)):
        is_asked = before in (")", "}") and _ASKED.match(source, pattern.end())
        if is_asked or _ends_nothing(before):
            return pattern[0], False, []
    match = _TOKEN.match(source, at)
    return (match[0], match.lastgroup == "skip", []) if match else (source[at], False, [])


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
    while at < len(source):
        text, is_skipped, _ = _next(source, at, before)
        depth += (text == "{") - (text == "}")
        if depth < 0:
            return at
        before = before if is_skipped else text
        at += len(text)
    return at


def literal(tokens: Sequence[Token], index: int, constants: Mapping[str, Any]) -> tuple[Any, int]:
    """Return the value that begins at a token, None if it is not told, and the token behind it.

    Args:
        tokens: Of a source.
        index: Where the value begins.
        constants: Names whose values are known.
    """
    text = text_at(tokens, index)
    if text == "{":
        return _object(tokens, index + 1, constants)
    if text == "[":
        return _list(tokens, index + 1, constants)
    end = _end(tokens, index)
    return _scalar([text_at(tokens, at) for at in range(index, end)], constants), end


def behind_argument(tokens: Sequence[Token], index: int) -> int:
    """Return where the next argument begins, behind the one at a token; that one where it is the last."""
    depth = 0
    for place in range(index, len(tokens)):
        text = tokens[place].text
        depth += text in ("(", "{", "[")
        depth -= text in (")", "}", "]")
        if (text == "," and depth == 0) or depth < 0:
            return place + 1
    return index


def _scalar(words: Sequence[str], constants: Mapping[str, Any]) -> Any:
    """Return what an expression reads: text, a variable of the environment, or a constant."""
    words = [word for word in words if word not in ("!", "(", ")")]
    if words[:3] == ["process", ".", "env"] or not words:
        return Variable(words[4].strip("'\"`")) if len(words) > 4 else None
    first = words[0]
    if template := _SIMPLE_TEMPLATE.fullmatch(first):
        return _scalar(re.findall(r"[\w$]+|\.", template[1]), constants)
    if first[0] in "'\"" or (first[0] == "`" and "${" not in first):
        return first[1:-1] if len(words) == 1 or words[1] == "as" else None
    if first in ("this", "self") or (len(words) == 3 and words[1] == "." and words[2] in constants):
        return constants.get(words[-1])
    held = constants.get(first)
    if len(words) == 1 or words[1] in ("as", "??", "||"):
        return held
    return held.get(words[2]) if len(words) >= 3 and words[1] == "." and isinstance(held, Mapping) else None


def _object(tokens: Sequence[Token], index: int, constants: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while index < len(tokens) and text_at(tokens, index) != "}":
        key, separator = text_at(tokens, index).strip("'\"`"), text_at(tokens, index + 1)
        if separator == ":":
            found[key], index = literal(tokens, index + 2, constants)
        elif separator in (",", "}"):
            found[key], index = constants.get(key), index + 1
        else:
            index = _end(tokens, index)
        index += text_at(tokens, index) == ","
    return found, index + 1


def _list(tokens: Sequence[Token], index: int, constants: Mapping[str, Any]) -> tuple[list[Any], int]:
    found: list[Any] = []
    while index < len(tokens) and text_at(tokens, index) != "]":
        before = index
        value, index = literal(tokens, index, constants)
        found.append(value)
        index += text_at(tokens, index) == ","
        index += index == before
    return found, index + 1


def _end(tokens: Sequence[Token], index: int) -> int:
    """Return where an expression ends: at a comma, a semicolon or a bracket that it did not open."""
    depth = 0
    for at in range(index, len(tokens)):
        text = tokens[at].text
        if depth == 0 and text in (",", ";", ")", "}", "]"):
            return at
        if at > index and depth == 0 and tokens[at].line > tokens[at - 1].line and _begins(tokens, at):
            return at
        depth += (text in ("(", "{", "[")) - (text in (")", "}", "]"))
    return len(tokens)


def _begins(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a statement begins at a token, where no semicolon ends the one before."""
    return tokens[index].text in (
        "const",
        "let",
        "var",
        "export",
        "import",
        "function",
        "class",
        "return",
        "async",
    )


def text_at(tokens: Sequence[Token], index: int) -> str:
    """Return the text of a token; empty where there is none."""
    return tokens[index].text if 0 <= index < len(tokens) else ""


def closing(tokens: Sequence[Token], index: int) -> int:
    """Return where the bracket at a token is closed; of an expression, where that ends."""
    depth = 0
    for at in range(index, len(tokens)):
        text = tokens[at].text
        depth += (text in ("(", "{", "[")) - (text in (")", "}", "]"))
        if depth < 0 or (depth == 0 and (text in (")", "}", "]") or text in (";", ","))):
            return at
    return len(tokens)
