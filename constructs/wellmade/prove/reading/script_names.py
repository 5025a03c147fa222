"""Names in scripts as they are compared, and values as far as they are known."""

import re
from collections.abc import Mapping
from typing import Any


def plain(name: str) -> str:
    """Return a name without case and signs."""
    return re.sub(r"[\W_]", "", name).lower()


def client_of(service: str, clients: Mapping[str, str]) -> str:
    """Return what the SDK calls the client of a service, as far as boto3 calls it otherwise."""
    return next((f"{plain(package)}client" for package, name in clients.items() if name == service), "")


def known(value: Any) -> Any:
    """Return a value without the parts that are not told."""
    if isinstance(value, Mapping):
        return {key: known(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [known(each) for each in value if each is not None]
    return value
