"""What stands in the parameters of a call, however deep."""

from collections.abc import Iterator, Mapping
from typing import Any


def named_texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text that is not empty, with its name; in a list with that of the list."""
    if isinstance(value, str):
        if value:
            yield name, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from named_texts(each, str(key))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from named_texts(each, name)
