"""Contracts of events, checked where they are published and where they are read."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.validation import SchemaValidationError, validate

_FOLDER = Path(__file__).parent / "contracts"


class BrokenContractError(Exception):
    """An event that is not what its contract says; it names the field."""


def check(event: str, detail: Mapping[str, Any]) -> None:
    """Raise unless the detail of an event keeps its contract.

    Args:
        event: Name and version, such as `OrderPlaced.v1`.
        detail: What it tells.

    Raises:
        BrokenContractError: If a field is missing or not as promised.
    """
    try:
        validate(event=detail, schema=_schema(event))
    except SchemaValidationError as error:
        field = ".".join(str(part) for part in error.path or ("data",))
        raise BrokenContractError(f"{event}: {field}: {error.validation_message}") from error


@cache
def _schema(event: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((_FOLDER / f"{event}.json").read_text())
    return schema
