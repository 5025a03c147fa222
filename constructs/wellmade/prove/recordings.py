"""What `pytest --record-calls` wrote."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.prove.calls import Call


@dataclass(frozen=True)
class Recording:
    """What one handler package called in its tests, and the variables that it read."""

    calls: list[Call]
    environment: Mapping[str, str]


def read(file: Path) -> dict[str, Recording]:
    """Return the recordings by package.

    Raises:
        WellmadeError: If the file cannot be read as a recording.
    """
    try:
        packages = json.loads(file.read_text())["packages"]
        return {name: _recording(entry) for name, entry in packages.items()}
    except OSError as error:
        raise WellmadeError(
            f"{file}: {error.strerror}; write it with pytest --record-calls {file}"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WellmadeError(f"{file}: is no recording; write it with pytest --record-calls {file}") from error


def _recording(entry: Mapping[str, Any]) -> Recording:
    calls = [Call(**call) for call in entry["calls"]]
    return Recording(calls, entry["environment"])
