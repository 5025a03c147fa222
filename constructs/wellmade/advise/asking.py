"""A file to begin with, and the questions at the terminal, one by one."""

from collections.abc import Callable, Iterator, Mapping

from wellmade.advise.fields import FIELDS, Field, Value
from wellmade.advise.workload import parsed, shown
from wellmade.errors import WellmadeError

_WEBSOCKET_ONLY, _DATA_ONLY = ("connected",), ("stored",)


def skeleton() -> str:
    """Return a file with every question as a comment above its answer."""
    return "\n".join(_skeleton_lines()) + "\n"


def ask(read_line: Callable[[str], str], say: Callable[[str], None]) -> dict[str, Value]:
    """Return the answers that somebody types; an empty line takes what would be assumed.

    Args:
        read_line: Shows a prompt, and returns what was typed.
        say: Shows a sentence.

    Raises:
        WellmadeError: If the terminal is closed before the last question.
    """
    given: dict[str, Value] = {}
    for field in FIELDS:
        if _is_asked(field, given):
            answer = _asked(field, read_line, say)
            if answer is not _LEFT_OUT:
                given[field.name] = answer
    return given


def as_yaml(given: Mapping[str, Value]) -> str:
    """Return answers as a file that says the same."""
    return "".join(f"{name}: {_plain(value)}\n" for name, value in given.items())


_LEFT_OUT: Value = "left out"


def _asked(field: Field, read_line: Callable[[str], str], say: Callable[[str], None]) -> Value:
    otherwise = field.otherwise or shown(field, field.default)
    while True:
        try:
            text = read_line(f"{field.question} ({field.allowed}; else {otherwise}) ").strip()
        except EOFError as error:
            raise WellmadeError(
                "--ask must have an answer to each question, got the end of the input"
            ) from error
        if not text:
            return _LEFT_OUT
        try:
            return parsed(field, text)
        except ValueError:
            say(f"{field.name} must be {field.allowed}, got {text[:40]!r}.")


def _is_asked(field: Field, given: Mapping[str, Value]) -> bool:
    if field.name in _WEBSOCKET_ONLY:
        return given.get("websocket") is True
    if field.name in _DATA_ONLY:
        return given.get("data", "none") != "none"
    return True


def _skeleton_lines() -> Iterator[str]:
    yield "# Answers about one workload; leave out, or begin with #, what is to be assumed. Several workloads"
    yield "# that make one system stand below `parts:`, each by its name."
    for field in FIELDS:
        yield f"# {field.question} ({field.allowed})"
        value = f"# {field.name}:  # else {field.otherwise}" if field.default is None else None
        is_left_out = field.name in (*_WEBSOCKET_ONLY, *_DATA_ONLY)
        yield value or f"{'# ' if is_left_out else ''}{field.name}: {_plain(field.default)}"


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, float | int):
        return "none" if value is None else value
    short = f"{value:.12g}"
    return short if float(short) == value else repr(value)
