"""Text of others on a terminal: what a template names moves no cursor, sets no title and hides nothing."""

import re
import sys

_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters but the line feed and the tab, and those that change the direction of text."""


def harmless(text: str) -> str:
    r"""Return a text with its control characters written out, as `\x1b`.

    Example:
        >>> harmless("a queue\x1b[2J")
        'a queue\\x1b[2J'
    """
    return _COMMANDS.sub(lambda found: found[0].encode("unicode_escape").decode(), text.replace("\r\n", "\n"))


def write_out(text: str) -> None:
    """Write results."""
    sys.stdout.write(harmless(text))


def write_err(text: str) -> None:
    """Write what is said beside the results."""
    sys.stderr.write(harmless(text))
