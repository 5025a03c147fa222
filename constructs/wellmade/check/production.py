"""Whether a template shows that a resource serves production, or tests only."""

import re
from collections.abc import Iterator

from wellmade.check.conditional import branches
from wellmade.graph import Resource, Value, as_list, as_mapping

_PRODUCTION = frozenset(("prod", "production", "prd"))
_KEYS = frozenset(("env", "environment", "stage", "environmentname", "environmenttype"))
_TESTS = frozenset(("test", "tests", "testing"))
_OTHERWISE = frozenset(("no", "non", "not", "un", "without"))
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_OTHERS = frozenset(("non", "not", "pre", "test", "dev"))


def serves_tests(resource: Resource) -> bool:
    """Tell whether a condition defines it for tests only, by its name, such as `CreateTestResources`."""
    words = {word.lower() for word in _WORD.findall(resource.condition or "")}
    return bool(words & _TESTS) and not words & _OTHERWISE


def production_sign(resource: Resource) -> str | None:
    """Return what shows that a resource serves production: a tag or the stack's name; None without it."""
    for key, value in _tags(resource):
        if key.lower().replace("-", "").replace("_", "") in _KEYS and _is_production(value):
            return f"the tag {key}"
    words = set(re.split(r"[^a-z]+", resource.stack.lower()))
    return "the stack's name" if words & _PRODUCTION and not words & _OTHERS else None


def _is_production(value: Value) -> bool:
    return all(isinstance(each, str) and each.lower() in _PRODUCTION for each in branches(value))


def _tags(resource: Resource) -> Iterator[tuple[str, Value]]:
    tags = resource.get("Tags")
    if isinstance(tags, dict):
        yield from tags.items()
        return
    for tag in map(as_mapping, as_list(tags)):
        if isinstance(tag.get("Key"), str):
            yield tag["Key"], tag.get("Value")
