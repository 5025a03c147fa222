"""Values that no template tells: each is a token, equal to itself and possibly to anything else."""

import re
from collections.abc import Iterator

_OPEN, _CLOSE = "\ue000", "\ue001"
"""From Unicode's private use area, so that no policy holds them."""
_TOKEN = re.compile(f"{_OPEN}([^{_CLOSE}]+){_CLOSE}")
UNKNOWN = _OPEN
"""How a token begins."""
WHOLE = f"arn:{_OPEN}"
"""How an ARN begins of which nothing is known."""


class Unknowns:
    """The unknown values of some templates, by the reason why they are unknown."""

    def __init__(self) -> None:
        self._reasons: list[str] = []

    def token(self, reason: str) -> str:
        """Return the token of a value; the same reason is the same value."""
        if reason not in self._reasons:
            self._reasons.append(reason)
        return f"{_OPEN}{self._reasons.index(reason)}{_CLOSE}"

    def reasons(self, text: str) -> list[str]:
        """Return why parts of a text are unknown, each reason once."""
        return list(dict.fromkeys(map(self._reason, _TOKEN.findall(text))))

    def spell(self, text: str) -> str:
        """Return a text for people: the reason in place of each token."""
        return _TOKEN.sub(lambda token: f"<{self._reason(token[1])}>", text)

    def _reason(self, inner: str) -> str:
        return self._reasons[int(inner)] if inner.isdigit() else inner


def has_unknown(text: str) -> bool:
    """Tell whether a part of a text is unknown."""
    return _OPEN in text


def as_pattern(text: str) -> str:
    """Return the text with an asterisk for whatever is unknown."""
    return "*" if text.startswith(WHOLE) else _TOKEN.sub("*", text)


def named_in(reason: str) -> Iterator[str]:
    """Yield by which names the reason of an unknown value calls it, such as `Stack/Name` and `Name`."""
    for word in re.findall(r"[^\s,]+", reason):
        yield word
        yield word.rpartition("/")[2]
