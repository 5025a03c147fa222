"""Values of condition keys in a call that are not all known, or that are several."""

from collections.abc import Set as AbstractSet

from wellmade.prove.deployed.unknowns import UNKNOWN, has_unknown
from wellmade.prove.policy import Value


def is_unclear(value: Value) -> bool | None:
    """Tell whether all of several values are known; None of one value that is known, and of none."""
    if not isinstance(value, list | tuple):
        return False if isinstance(value, str) and has_unknown(value) else None
    if any(has_unknown(str(each)) for each in value):
        return False
    return True if len(value) > 1 else None


def asked_of(key: str, keys: AbstractSet[str]) -> str:
    """Return the one of some condition keys that a key is, or may be where its end is not known."""
    start, unknown, _ = key.partition(UNKNOWN)
    if not unknown:
        return key if key.lower() in keys else ""
    ends = (each[len(start) :] for each in sorted(keys) if each.startswith(start.lower()))
    return next((f"{start}{end}" for end in ends), "")
