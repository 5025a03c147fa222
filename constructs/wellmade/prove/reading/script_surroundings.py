"""What scripts change of the SDK's surroundings, or take of its credentials: whose rights are used then?

Variables that the SDK reads, and the configuration that all clients of the old SDK share.
"""

from collections.abc import Iterator, Sequence

from wellmade.prove.reading.python_surroundings import CHANGES, CREDENTIALS
from wellmade.prove.reading.script_tokens import QUOTES, Token, places_of, text_at

_SECRET = "AWS_SECRET_ACCESS_KEY"  # noqa: S105 - the name of a variable
_SHARED = "the configuration of the SDK, which the code changes"
_WHOLE = "process.env, which the code changes"


def of_surroundings(tokens: Sequence[Token], *, is_old: bool) -> Iterator[tuple[int, str]]:
    """Yield places with what is changed or taken there.

    Args:
        tokens: Of a script.
        is_old: Whether it imports the SDK of version 2.
    """
    yield from _of_variables(tokens)
    for at in places_of(tokens, "assign"):
        if [text_at(tokens, at + ahead) for ahead in range(1, 5)] == ["(", "process", ".", "env"]:
            yield at, _WHOLE
    for at in places_of(tokens, "credentials"):
        if text_at(tokens, at - 1) == "." and text_at(tokens, at + 1) == "(":
            yield at, CREDENTIALS
    for at in places_of(tokens, "config") if is_old else ():
        if text_at(tokens, at - 1) == "." and _changes(tokens, at + 1):
            yield at, _SHARED


def _of_variables(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    for name in sorted(CHANGES):
        for at in places_of(tokens, name, *(f"{quote}{name}{quote}" for quote in sorted(QUOTES))):
            if _is_set(tokens, at):
                yield at, f"{name}, which the code sets"
            elif name == _SECRET:
                yield at, CREDENTIALS


def _is_set(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a variable of the environment is assigned to, by its name or by its key."""
    if text_at(tokens, at + 1) == "]":
        at += 1
    return text_at(tokens, at + 1) == "=" and text_at(tokens, at + 2) != "="


def _changes(tokens: Sequence[Token], at: int) -> bool:
    words = [text_at(tokens, place) for place in range(at, at + 4)]
    return words[:2] == [".", "update"] or (words[0] == "." and words[2] == "=" and words[3] != "=")
