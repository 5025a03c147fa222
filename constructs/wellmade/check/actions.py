"""Which actions can be limited to a resource."""

import json
import re
from fnmatch import translate
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "limitable_actions.json"


@cache
def limitable(action: str) -> tuple[str, ...]:
    """Return the actions that can be limited to a resource among those that this one means."""
    service, _, name = action.lower().partition(":")
    matches = re.compile(translate(name)).match
    return tuple(f"{service}:{known}" for known in _services().get(service, ()) if matches(known.lower()))


@cache
def _services() -> dict[str, tuple[str, ...]]:
    return {service: tuple(names.split()) for service, names in json.loads(_FILE.read_text()).items()}
