"""When to take a pattern and when another one, from choices.yaml."""

import re
from functools import cache
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from docs.catalogue import classes

FILE = Path(__file__).with_name("choices.yaml")


def when_to_take(name: str) -> str:
    """Return when to take a class, as Markdown; empty where nothing is said of it."""
    said = choices().get(name)
    return f"Take it where {_linked(said['take'])}" if said else ""


def when_not(name: str) -> str:
    """Return when not to take a class, and what to take then."""
    said = choices().get(name)
    return _linked(said["otherwise"][0].upper() + said["otherwise"][1:]) if said else ""


@cache
def choices() -> dict[str, dict[str, str]]:
    """Return what is said of each class."""
    said: dict[str, dict[str, str]] = yaml.safe_load(FILE.read_text())
    return said


def _linked(text: str) -> str:
    """Return a text in which the names of classes lead to their pages."""
    known = classes()
    return re.sub(
        r"`(\w+)`", lambda each: f"[{each[0]}]({each[1]}.md)" if each[1] in known else each[0], text
    )
