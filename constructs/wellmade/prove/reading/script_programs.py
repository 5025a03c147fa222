"""Programs that scripts start, by whatever name they call what starts them."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from wellmade.prove.reading.script_tokens import QUOTES, Token, places_of

STARTS = {"exec", "execSync", "execFile", "execFileSync", "fork", "spawn", "spawnSync"}
_AWS = re.compile(r"(?:^|[\s;&|/(])aws(?:\s|$)")
_RUNS_MORE = re.compile(r"^\S*?(?:env|node|npx|sudo|timeout|tsx|xargs|python[\d.]*|(?:ba)?sh)(?:\s|$)")
_ITSELF = "child_process"
_BY_VALUE = "a program that a value names"


def children_of(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the names that a source has for the module of processes; none if it does not import it."""
    names = (f"{quote}{begin}{_ITSELF}{quote}" for quote in QUOTES for begin in ("", "node:"))
    places = places_of(tokens, *names)
    from_it = {_text(tokens, at - 2) for at in places if _text(tokens, at - 1) == "from"}
    of_it = {_text(tokens, at - 4) for at in places if _text(tokens, at - 2) == "require"}
    return frozenset({*from_it, *of_it, _ITSELF} - {"}"}) if places else frozenset()


def starts(tokens: Sequence[Token], at: int, children: AbstractSet[str], *, is_import: bool) -> str:
    """Return what a name starts that may call AWS; empty if it starts nothing, or another program.

    Args:
        tokens: Of a script.
        at: Where the name stands.
        children: Names of the module of processes.
        is_import: Whether it stands in a statement that imports.
    """
    text, before, behind = tokens[at].text, _text(tokens, at - 1), _text(tokens, at + 1)
    if text in children and behind == "[" and not is_import:
        return _BY_VALUE
    if text not in STARTS or (is_import and behind not in ("as", ":")):
        return ""
    if before == "." and text == "exec" and _text(tokens, at - 2) not in (*children, ")"):
        return ""  # of a pattern
    return _started(text, _text(tokens, at + 2)) if behind == "(" else _BY_VALUE


def _started(function: str, first: str) -> str:
    if first[:1] not in QUOTES or not first or (first[:1] == "`" and "${" in first.split(" ", maxsplit=1)[0]):
        return _BY_VALUE
    if _AWS.search(first[1:-1]):
        return "the command line of AWS"
    return _BY_VALUE if function == "fork" or _RUNS_MORE.search(first[1:-1]) else ""


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) else ""
