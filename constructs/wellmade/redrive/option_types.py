"""How the options of `wellmade redrive` are read."""

import argparse
import math
import re
from collections.abc import Callable
from urllib.parse import urlsplit

_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}(?:\.fifo)?")
"""What SQS takes as the name of a queue."""
_ARN = re.compile(r"[!-~]{1,2048}")
SLOWEST = 0.001
"""Messages a second: a message in a quarter of an hour, as long as one is in flight."""


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return what reads a whole number within these bounds, both included."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"must be a whole number from {low} to {high}, got {text}")
        return int(text)

    return parse


def rate(text: str) -> float:
    """Read a number of messages a second."""
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not SLOWEST <= rate <= 3000:
        raise argparse.ArgumentTypeError(f"must be from {SLOWEST} to 3000 messages a second, got {text}")
    return rate


def given(text: str) -> str:
    """Read a text that must say something: an empty one is a variable that was not set."""
    if not text.strip():
        raise argparse.ArgumentTypeError(f"must be a text, got {text!r}; fill it, or leave it out")
    return text


def address(text: str) -> str:
    """Read the URL of an endpoint."""
    if not is_address(text):
        raise argparse.ArgumentTypeError(f"must be a URL like http://localhost:4566, got {text!r}")
    return text


def name(text: str) -> str:
    """Read the URL, ARN or name of a queue, or the ARN of something else."""
    if "://" in given(text) and not is_address(text):
        raise argparse.ArgumentTypeError(
            f"must be a URL like https://sqs.REGION.amazonaws.com/ACCOUNT/NAME, got {text!r}"
        )
    if "://" not in text and not (_ARN if text.startswith("arn:") else _NAME).fullmatch(text):
        raise argparse.ArgumentTypeError(f"must be a URL, an ARN or the name of a queue, got {text[:200]!r}")
    return text


def is_address(text: str) -> bool:
    """Tell whether a text is a URL of http that a client can call."""
    try:
        parts = urlsplit(text)
        called = bool(parts.hostname) and parts.port != 0  # to read a port that is none is a ValueError
    except ValueError:
        return False
    return (
        called
        and parts.scheme in {"http", "https"}
        and text.isascii()
        and text.isprintable()
        and " " not in text
    )
