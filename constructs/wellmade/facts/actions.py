"""Which actions can be limited to a resource."""

import json
import re
from fnmatch import translate
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent


@cache
def limitable(action: str) -> tuple[str, ...]:
    """Return the actions that can be limited to a resource among those that this one means."""
    return _among("limitable_actions", action)


@cache
def resourceless(action: str) -> bool:
    """Tell whether an action knows no kind of resource, so that only `*` will do; false for wildcards."""
    return "*" not in action and bool(_among("resourceless_actions", action))


def _among(file: str, action: str) -> tuple[str, ...]:
    service, _, name = action.lower().partition(":")
    matches = re.compile(translate(name)).match
    return tuple(f"{service}:{known}" for known in _services(file).get(service, ()) if matches(known.lower()))


@cache
def _services(file: str) -> dict[str, tuple[str, ...]]:
    known = json.loads((_DATA / f"{file}.json").read_text())
    return {service: tuple(names.split()) for service, names in known.items()}
