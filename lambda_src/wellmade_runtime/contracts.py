"""Contracts of events, checked where they are published and where they are read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.validation import SchemaValidationError, validate


class BrokenContractError(Exception):
    """An event that is not what its contract says; it names the field."""


@dataclass(frozen=True)
class EventContracts:
    """A folder with the JSON Schema of each event, `<name>.v<number>.json`.

    Args:
        folder: Where the files are; keep it within the handler's code, so that it is in the archive.
    """

    folder: Path
    _schemas: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def check(self, event: str, detail: Mapping[str, Any]) -> None:
        """Raise unless the detail of an event keeps its contract.

        Args:
            event: Name and version, such as `OrderPlaced.v1`.
            detail: What it tells.

        Raises:
            BrokenContractError: If a field is missing or not as promised.
            FileNotFoundError: If there is no contract of that name.
        """
        try:
            validate(event=detail, schema=self._schema(event))
        except SchemaValidationError as error:
            field = ".".join(str(part) for part in error.path or ("data",))
            raise BrokenContractError(f"{event}: {field}: {error.validation_message}") from error

    def _schema(self, event: str) -> dict[str, Any]:
        if event not in self._schemas:
            self._schemas[event] = json.loads((self.folder / f"{event}.json").read_text())
        schema: dict[str, Any] = self._schemas[event]
        return schema
