"""Names of functions: what callers pass as `FunctionName`, in each of the formats that Lambda takes.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

import re
from typing import NamedTuple

_FORMAT = re.compile(
    r"(?:arn:[^:]+:lambda:|(?!arn:))(?:(?P<region>[a-z]{2}(?:-[a-z]+)+-\d):)?(?:(?P<owner>\d{12}):)?(?:function:)?"
    r"(?P<name>[^:/]+)(?::(?P<qualifier>[^:/]+))?"
)


class FunctionName(NamedTuple):
    """What a name of a function tells."""

    name: str
    qualifier: str = ""
    """The version or the alias that is meant."""
    owner: str = ""
    """Number of the account; empty if it is the caller's own."""
    region: str = ""
    """Empty if it is the caller's own."""


def parsed(text: str) -> FunctionName | None:
    """Return what a name, an ARN or the end of one tells; None if it is none of these.

    Example:
        parsed("111122223333:function:load:live")
    """
    found = _FORMAT.fullmatch(text)
    return FunctionName(**{name: value or "" for name, value in found.groupdict().items()}) if found else None
