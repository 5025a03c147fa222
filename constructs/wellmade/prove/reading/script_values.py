"""Values that scripts write down: texts, variables of the environment, objects and lists of these."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wellmade.prove.reading.script_tokens import CLOSING, OPENING, Token, closing, places_of, text_at
from wellmade.prove.reading.sites import Variable

_KEYWORDS = ("static", "readonly", "private", "public", "protected", "const", "let", "var")
_LONGEST = 40
"""So many tokens at most tell a value."""
_SIMPLE_TEMPLATE = re.compile(r"`\$\{\s*([\w$.!]+)\s*\}`")


def constants_of(tokens: Sequence[Token]) -> dict[str, Any]:
    """Return what constants and fields of classes hold: texts, variables, objects of these."""
    constants: dict[str, Any] = {}
    for index in places_of(tokens, "static", "readonly", "private", "const", "let", "var"):
        places = range(index + 2, min(index + 12, len(tokens)))
        start = next((at for at in places if tokens[at].text == "="), 0)
        value, _ = literal(tokens, start + 1, constants) if start else (None, 0)
        if value is not None:
            constants[_assigned(tokens, start)] = value
    return constants


def _assigned(tokens: Sequence[Token], index: int) -> str:
    """Return the name that is assigned at a token: the first word behind the last keyword before it."""
    words = [text_at(tokens, at) for at in range(max(index - 12, 0), index)]
    last = max((at for at, word in enumerate(words) if word in _KEYWORDS), default=-1)
    return words[last + 1] if last + 1 < len(words) else ""


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
    return _scalar([each.text for each in tokens[index : min(end, index + _LONGEST)]], constants), end


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
    at, line = index, 0
    while at < len(tokens):
        text = tokens[at].text
        is_end = text in (",", ";") or text in CLOSING
        if is_end or (at > index and tokens[at].line > line and _begins(tokens, at)):
            return at
        at = closing(tokens, at) if text in OPENING else at
        line = tokens[min(at, len(tokens) - 1)].line
        at += 1
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
