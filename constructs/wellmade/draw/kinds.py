"""What a type of resource is called, and to which family of services it belongs."""

import json
import re
from functools import cache
from pathlib import Path

OTHER = "other"
_KINDS = Path(__file__).with_name("kinds.json")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@cache
def main_kinds() -> dict[str, tuple[str, str]]:
    """Return family and word of each type that does or keeps something itself, and so always has a box."""
    families: dict[str, dict[str, str]] = json.loads(_KINDS.read_text())
    return {kind: (family, word) for family, words in families.items() for kind, word in words.items()}


def family_of(kind: str) -> str:
    """Return the family that gives a type its glyph and its colour."""
    return main_kinds().get(kind, (OTHER, ""))[0]


def word_of(kind: str) -> str:
    """Return what a type is called; one that is not listed is called by its own name, split into words."""
    if kind in main_kinds():
        return main_kinds()[kind][1]
    service, _, name = kind.removeprefix("AWS::").partition("::")
    words = " ".join([service, *map(_lowered, _HUMP.sub(" ", name).split())]).strip()
    return "".join(each if each.isprintable() else "?" for each in words)


def _lowered(word: str) -> str:
    """Return a word in small letters, unless it is an abbreviation such as VPC."""
    return word if len(word) > 1 and word.isupper() else word.lower()


def in_plural(word: str, count: int) -> str:
    """Return the words with their number: `1 SQS queue`, `3 registries`."""
    if count == 1:
        return f"1 {word}"
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return f"{count} {word[:-1]}ies"
    return f"{count} {word}s"
