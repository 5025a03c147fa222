"""IAM's wildcards, compiled once and without regular expressions: `*` any characters, `?` exactly one.

In a compiled pattern, wildcards are noncharacters of Unicode. So an asterisk that came out of a policy
variable is an asterisk, and not a wildcard.
"""

from collections.abc import Callable
from functools import lru_cache

ANY = "\uffff"
ONE = "\ufffe"

Match = Callable[[str], bool]


def wild(text: str) -> str:
    """Return text of a policy as a pattern."""
    return text.replace("*", ANY).replace("?", ONE)


@lru_cache(maxsize=1 << 14)
def matcher(pattern: str) -> Match:
    """Compile a pattern; the quick forms are those that policies are full of: a name, and a prefix."""
    first, *rest = pattern.split(ANY)
    if ONE not in pattern:
        if not rest:
            return pattern.__eq__
        if rest == [""]:
            return _prefix(first)
    if not rest:
        return _of_one_length(first)
    return _parts(first, [part for part in rest[:-1] if part], rest[-1])


def _prefix(prefix: str) -> Match:
    return (lambda value: value.startswith(prefix)) if prefix else (lambda _: True)


def _of_one_length(pattern: str) -> Match:
    """Match what holds, between single characters that may be any, each text at its place."""
    length, texts, place = len(pattern), [], 0
    for text in pattern.split(ONE):
        texts += [(text, place)] if text else []
        place += len(text) + 1

    def match(value: str) -> bool:
        if len(value) != length:
            return False
        for text, place in texts:  # noqa: SIM110 - all() takes twice as long
            if not value.startswith(text, place):
                return False
        return True

    return match


def _parts(first: str, middle: list[str], last: str) -> Match:
    """Match parts in order; taking each as early as possible never spoils a later one."""

    def match(value: str) -> bool:
        start, end = len(first), len(value) - len(last)
        if end < start or not _is_at(first, value, 0) or not _is_at(last, value, end):
            return False
        for part in middle:
            found = _find(part, value, start, end)
            if found < 0:
                return False
            start = found + len(part)
        return True

    return match


def _find(part: str, value: str, start: int, end: int) -> int:
    if ONE not in part:
        return value.find(part, start, end)
    places = range(start, end - len(part) + 1)
    return next((place for place in places if _is_at(part, value, place)), -1)


def _is_at(part: str, value: str, place: int) -> bool:
    if ONE not in part:
        return value.startswith(part, place)
    return all(wanted in (ONE, given) for wanted, given in zip(part, value[place:], strict=False))
