"""JSON from outside, read strictly and in bounds: whatever is wrong with it is one kind of error.

Python's own reader takes `NaN`, a name twice, half of a surrogate pair and integers of any length, and what
is nested deeply ends in a `RecursionError` wherever it is walked next. Here each is refused at once.
Errors say what is wrong and where, and never repeat what was sent, since they end in logs.

This file needs the standard library alone: programs in containers hold a copy of it.
"""

import json
import math
from decimal import Decimal, InvalidOperation
from typing import Any

DEEPEST = 32
"""Most objects and lists within each other."""
DIGITS = 38
"""Most digits of a whole number, as many as DynamoDB keeps."""


class InvalidJsonError(ValueError):
    """A text that is no JSON, or JSON that cannot be kept everywhere; sending it again cannot help."""


def read_json(given: str | bytes, *, decimals: bool = False) -> Any:
    """Return what a JSON text says.

    Args:
        given: The text; bytes must be UTF-8.
        decimals: Read numbers with a fraction as `Decimal`, which keeps each digit. Default: as `float`.

    Raises:
        InvalidJsonError: If it is no JSON, or holds a number that is no number or out of range, a whole
            one of more than 38 digits, a name twice, NUL, half of a surrogate pair, or more than 32 levels.
    """
    try:
        text = given.decode() if isinstance(given, bytes) else given
        value = (_DECIMALS if decimals else _FLOATS).decode(text)
    except InvalidJsonError:
        raise
    except json.JSONDecodeError as error:
        raise InvalidJsonError(f"{error.msg} at character {error.pos}") from None
    except UnicodeDecodeError as error:
        raise InvalidJsonError(f"not UTF-8 at byte {error.start}") from None
    except (RecursionError, ValueError):
        raise InvalidJsonError(f"more than {DEEPEST} levels, or a number out of range") from None
    _check(value)
    return value


def kind(value: object) -> str:
    """Say what a value is without repeating it, for messages that end in logs."""
    if isinstance(value, bool) or value is None:
        return "nothing" if value is None else "true or false"
    if isinstance(value, str):
        return f"text of {len(value)} characters"
    if isinstance(value, int):
        return "a whole number"
    if isinstance(value, float | Decimal):
        return "a number with a fraction"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    return f"an object of {len(value)} fields" if isinstance(value, dict) else "something else"


def problem_of(text: str) -> str | None:
    """Return why a text cannot be kept everywhere, or None: NUL and halves of surrogate pairs cannot."""
    if "\0" in text:
        return "holds a NUL character"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "holds half of a surrogate pair"
    return None


def _check(value: Any) -> None:
    """Walk level by level, so that depth is counted and not a limit of this walk."""
    level, depth = [value], 0
    while level:
        inner: list[Any] = []
        for each in level:
            if isinstance(each, str):
                if problem := problem_of(each):
                    raise InvalidJsonError(f"a text {problem}")
            elif isinstance(each, dict):
                inner += [*each, *each.values()]
            elif isinstance(each, list):
                inner += each
        depth += any(isinstance(each, dict | list) for each in level)
        if depth > DEEPEST:
            raise InvalidJsonError(f"more than {DEEPEST} levels")
        level = inner


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > DIGITS:
        raise InvalidJsonError(f"a number of more than {DIGITS} digits")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise InvalidJsonError("a number out of range")
    return number


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InvalidJsonError("a number out of range") from None


def _no_constant(name: str) -> None:
    raise InvalidJsonError(f"{name} is no JSON")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise InvalidJsonError("a name more than once in one object")
    return value


_FLOATS = json.JSONDecoder(
    parse_int=_integer, parse_float=_float, parse_constant=_no_constant, object_pairs_hook=_pairs
)
_DECIMALS = json.JSONDecoder(
    parse_int=_integer, parse_float=_decimal, parse_constant=_no_constant, object_pairs_hook=_pairs
)
