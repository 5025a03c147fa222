"""Formats of strings: what each looks like, an example, and a check as strict as validators have."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit
from uuid import UUID

from wellmade.contracts.patterns.automaton import automaton

_HOST = r"^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_TIME = rf"{_CLOCK}:[0-5][0-9](\.[0-9]+)?([Zz]|[+-]{_CLOCK})"
_YEAR = "([1-9][0-9]{3}|0([1-9][0-9]{2}|0([1-9][0-9]|0[1-9])))"
_LONG = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
_SHORT = "(0[469]|11)-(0[1-9]|[12][0-9]|30)"
_LEAP = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)-02-29"
_DATE = f"({_YEAR}-({_LONG}|{_SHORT}|02-(0[1-9]|1[0-9]|2[0-8]))|{_LEAP})"
"""Each day that there was, so that what fits is a day: the 30th of February is none."""
_BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"


@dataclass(frozen=True)
class Format:
    """A format: each string of it fits the pattern, not each that fits is of it."""

    pattern: str
    example: str
    reads: Callable[[str], object]
    within: str | None = None
    """A format that has all strings of this one."""

    def holds(self, text: str) -> bool:
        """Tell whether a string is of this format."""
        if not automaton(self.pattern).found_in(text):
            return False
        try:
            self.reads(text)
        except ValueError:
            return False
        return True


def _as_it_is(text: str) -> str:
    return text


def _uri(text: str) -> None:
    if not urlsplit(text).scheme:
        raise ValueError(text)


FORMATS = {
    "date": Format(f"^{_DATE}$", "2026-01-31", date.fromisoformat),
    "time": Format(f"^{_TIME}$", "12:30:00Z", lambda text: time.fromisoformat(text.upper())),
    "date-time": Format(
        f"^{_DATE}[Tt]{_TIME}$", "2026-01-31T12:30:00Z", lambda text: datetime.fromisoformat(text.upper())
    ),
    "uuid": Format(
        "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
        "3f2b8a44-6c1d-4e5f-9a7b-0c1d2e3f4a5b",
        UUID,
    ),
    "email": Format("^[^@ ]+@[^@ ]+$", "ada@example.com", _as_it_is, within="idn-email"),
    "idn-email": Format("^[^@ ]+@[^@ ]+$", "ada@example.com", _as_it_is),
    "ipv4": Format(rf"^{_BYTE}(\.{_BYTE}){{3}}$", "192.0.2.1", IPv4Address),
    "ipv6": Format("^[0-9a-fA-F:.]{2,45}$", "2001:db8::1", IPv6Address),
    "hostname": Format(_HOST, "example.com", _as_it_is, within="idn-hostname"),
    "idn-hostname": Format("^[^ ]+$", "example.com", _as_it_is),
    "uri": Format("^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$", "https://example.com/a", _uri, within="uri-reference"),
    "iri": Format("^[A-Za-z][A-Za-z0-9+.-]*:[^ <>]+$", "https://example.com/a", _uri, within="iri-reference"),
    "uri-reference": Format("^[!-~]*$", "/a", urlsplit, within="iri-reference"),
    "iri-reference": Format("^[^ <>]*$", "/a", urlsplit),
    "json-pointer": Format("^(/([^/~]|~[01])*)*$", "/a/b", _as_it_is),
    "duration": Format("^P([0-9]+[YMWD])*(T([0-9]+[HMS])+)?$", "P1D", _as_it_is),
    "byte": Format("^[A-Za-z0-9+/]*={0,2}$", "YWJj", _as_it_is),
}

FOR_PEOPLE = frozenset({"password", "binary", "double", "textarea", "color", "markdown"})
"""Formats that validate nothing."""
FLOATS = {"float": Fraction(2**24 - 1) * 2**104}
"""Formats of OpenAPI that bound a number: the largest of 32 bits."""
WHOLE = {"int32": 2**31, "int64": 2**63}
"""Formats of OpenAPI that bound a whole number."""


def lies_within(one: str, other: str) -> bool:
    """Tell whether every string of a format is of the other too."""
    while one != other:
        above = FORMATS[one].within if one in FORMATS else None
        if above is None:
            return False
        one = above
    return True
