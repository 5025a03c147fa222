"""Condition keys of the tags that a call sets or takes away, in whatever way its service takes them.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.prove.calls.call import UNTOLD, Call
from wellmade.prove.policy import Value

_LISTS = ("tags", "taglist", "tagset", "resourcetags", "addtags", "tagstoadd")
_AROUND = ("tagspecifications", "tagspecification", "tagging")
"""What tags stand in."""
_KEYS = ("tagkeys", "tagkeylist", "removetagkeys", "tagstoremove")
_OF_TAGS = re.compile(r"(?:^t|T)ag(?:s|ged|ging)?(?=[A-Z]|$)")
_NO_TAGS = (
    "copytagstosnapshot",
    "copytags",
    "propagatetags",
    "tagfilters",
    "transitivetagkeys",
    "taggingdirective",
)
"""Parameters with such names that set none."""


def context(call: Call) -> dict[str, Value]:
    """Return `aws:RequestTag/…` and `aws:TagKeys`; a token where what is passed cannot be read.

    Tags of objects of S3 have condition keys of their own.
    """
    pairs: list[tuple[str, Any]] = []
    is_read = True
    for name, value in call.parameters.items():
        word = name.lower()
        if not _OF_TAGS.search(name) or word in _NO_TAGS or not value:
            continue
        if call.service == "s3" and word == "tagging" and "Bucket" not in call.operation:
            continue
        found = [] if call.service == "s3" else list(_in(word, value))
        pairs += found
        is_read &= bool(found) and all(key for key, _ in found)
    if not pairs and is_read:
        return {}
    found_keys = [key for key, _ in pairs]
    keys: dict[str, Value] = {f"aws:RequestTag/{key}": value for key, value in pairs if value is not None}
    keys["aws:TagKeys"] = list(dict.fromkeys(found_keys)) if is_read else [*found_keys, UNTOLD]
    return keys if is_read else {**keys, f"aws:RequestTag/{UNTOLD}": [UNTOLD]}


def _in(word: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield key and value of each tag; no value where a tag is taken away."""
    if word in _KEYS:
        yield from ((key, None) for key in value if isinstance(key, str))
    elif word in _LISTS:
        yield from _pairs(value)
    elif word in _AROUND:
        for each in value if isinstance(value, list) else [value]:
            for name, inner in each.items() if isinstance(each, Mapping) else ():
                if name.lower() in _LISTS:
                    yield from _pairs(inner)


def _pairs(given: Any) -> Iterator[tuple[str, Any]]:
    """Yield tags, which some services take as an object and others as a list of objects."""
    if isinstance(given, Mapping):
        yield from given.items()
    elif isinstance(given, list | tuple):
        for each in given:
            if isinstance(each, Mapping):
                pair = {name.lower().removeprefix("tag"): value for name, value in each.items()}
                yield str(pair.get("key") or ""), pair.get("value", "")
