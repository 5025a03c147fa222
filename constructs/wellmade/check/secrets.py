"""Secrets that stand in a template in clear text."""

from collections.abc import Iterator

from wellmade.facts import secrets
from wellmade.graph import Text, Value, options


def is_secret(name: Value, value: Value) -> bool:
    """Tell whether a value is a secret in clear text, in all branches of its conditions."""
    found = list(options(value))
    return (
        isinstance(name, str)
        and bool(found)
        and all(isinstance(each, str) and secrets.looks_secret(name, each) for each in found)
    )


def secrets_in(script: Value) -> Iterator[str]:
    """Yield the names of the secrets that a script sets, however it goes on."""
    parts = script.parts if isinstance(script, Text) else (script,)
    yield from secrets.secrets_in("".join(part if isinstance(part, str) else "${}" for part in parts))
