"""Tokens of TypeScript and JavaScript, and the literals among them."""

import re
from collections.abc import Mapping, Sequence
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
_SIMPLE_TEMPLATE = re.compile(r"`\$\{\s*([\w$.!]+)\s*\}`")


class Token(NamedTuple):
    """A word, a sign or a string with its quotes."""

    text: str
    line: int


def tokens_of(source: str) -> list[Token]:
    """Return the tokens of a source; comments and space are left out."""
    tokens, line = [], 1
    for match in _TOKEN.finditer(source):
        if match.lastgroup != "skip":
            tokens.append(Token(match[0], line))
        line += match[0].count("\n")
    return tokens


def literal(tokens: Sequence[Token], index: int, constants: Mapping[str, Any]) -> tuple[Any, int]:
    """Return the value that begins at a token, None if it is not told, and the token behind it.

    Args:
        tokens: Of a source.
        index: Where the value begins.
        constants: Names whose values are known.
    """
    text = _text(tokens, index)
    if text == "{":
        return _object(tokens, index + 1, constants)
    if text == "[":
        return _list(tokens, index + 1, constants)
    end = _end(tokens, index)
    return _scalar([_text(tokens, at) for at in range(index, end)], constants), end


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
    while index < len(tokens) and _text(tokens, index) != "}":
        key, separator = _text(tokens, index).strip("'\"`"), _text(tokens, index + 1)
        if separator == ":":
            found[key], index = literal(tokens, index + 2, constants)
        elif separator in (",", "}"):
            found[key], index = constants.get(key), index + 1
        else:
            index = _end(tokens, index)
        index += _text(tokens, index) == ","
    return found, index + 1


def _list(tokens: Sequence[Token], index: int, constants: Mapping[str, Any]) -> tuple[list[Any], int]:
    found: list[Any] = []
    while index < len(tokens) and _text(tokens, index) != "]":
        before = index
        value, index = literal(tokens, index, constants)
        found.append(value)
        index += _text(tokens, index) == ","
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


def _text(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].text if 0 <= index < len(tokens) else ""
