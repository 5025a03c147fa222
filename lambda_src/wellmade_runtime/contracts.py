"""Contracts of events, checked where they are published and where they are read."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastjsonschema


class BrokenContractError(Exception):
    """An event that is not what its contract says; it names the field."""


@dataclass(frozen=True)
class EventContracts:
    """A folder with the JSON Schema of each event, `<name>.v<number>.json`.

    Args:
        folder: Where the files are; keep it within the handler's code, so that it is in the archive.
    """

    folder: Path
    _checks: dict[str, Callable[[Any], Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def check(self, event: str, detail: Mapping[str, Any]) -> None:
        """Raise unless the detail of an event keeps its contract.

        An integer is written as one: 1.0, which JSON Schema takes for one, is refused, since consumers in
        other languages and with stricter readers refuse it too.

        Args:
            event: Name and version, such as `OrderPlaced.v1`.
            detail: What it tells.

        Raises:
            BrokenContractError: If a field is missing or not as promised.
            FileNotFoundError: If there is no contract of that name.
        """
        try:
            self._check_of(event)(_strict(detail))
        except fastjsonschema.JsonSchemaValueException as error:
            path = ".".join(str(part) for part in error.path or ("data",))
            # Without the cause, which holds the value.
            raise BrokenContractError(f"{event}: {path}: {error.message}") from None

    def _check_of(self, event: str) -> Callable[[Any], Any]:
        """Return the compiled schema of an event; compiling takes much longer than checking."""
        if event not in self._checks:
            schema = json.loads((self.folder / f"{event}.json").read_text())
            self._checks[event] = fastjsonschema.compile(schema)
        return self._checks[event]


def _strict(value: Any) -> Any:
    """Return the value with its floats as decimals, which no schema takes for integers."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {name: _strict(each) for name, each in value.items()}
    return [_strict(each) for each in value] if isinstance(value, list | tuple) else value
