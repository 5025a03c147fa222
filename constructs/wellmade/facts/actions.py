"""Which actions can be limited to a resource."""

import json
import re
from difflib import get_close_matches
from fnmatch import translate
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent
_UNLISTED = ("mediaconnect:managed",)
"""Actions that a guide asks for and the reference leaves out, by how they begin.

Source: https://docs.aws.amazon.com/medialive/latest/ug/trusted-entity-requirements.html
"""


@cache
def limitable(action: str) -> tuple[str, ...]:
    """Return the actions that can be limited to a resource among those that this one means."""
    return _among("limitable_actions", action)


@cache
def resourceless(action: str) -> bool:
    """Tell whether an action knows no kind of resource, so that only `*` will do; false for wildcards."""
    return "*" not in action and bool(_among("resourceless_actions", action))


@cache
def exists(action: str) -> bool | None:
    """Tell whether IAM knows an action, one without wildcards; None where that is not known."""
    if action.lower().startswith(_UNLISTED):
        return None
    files = ("limitable_actions", "other_actions", "resourceless_actions")
    service = action.lower().partition(":")[0]
    if any(_among(file, action) for file in files):
        return True
    return False if any(service in _services(file) for file in files) else None


@cache
def nearest(action: str) -> str:
    """Return the action of the same service and verb whose name is most like this one; empty where none is.

    One of another verb is not told: who means to read must not be led to what writes.
    """
    service, _, name = action.partition(":")
    files = ("limitable_actions", "other_actions", "resourceless_actions")
    names = [known for file in files for known in _services(file).get(service.lower(), ())]
    verbs = get_close_matches(_verb(name), {_verb(known) for known in names}, n=3, cutoff=0.8)
    found = get_close_matches(name, [known for known in names if _verb(known) in verbs], n=1, cutoff=0.7)
    return f"{service}:{found[0]}" if found else ""


def _verb(name: str) -> str:
    """Return the first word of a name such as `PutObject`, or all of one without capital letters."""
    found = re.match(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)
    return found[0].lower() if found else name.lower()


def _among(file: str, action: str) -> tuple[str, ...]:
    service, _, name = action.lower().partition(":")
    matches = re.compile(translate(name)).match
    return tuple(f"{service}:{known}" for known in _services(file).get(service, ()) if matches(known.lower()))


@cache
def _services(file: str) -> dict[str, tuple[str, ...]]:
    known = json.loads((_DATA / f"{file}.json").read_text())
    return {service: tuple(names.split()) for service, names in known.items()}
