"""What a project tells the tools: tables of `wellmade.toml`, or of `[tool.wellmade]` in `pyproject.toml`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError

_ABOVE = {"wellmade.toml": (), "pyproject.toml": ("tool", "wellmade")}
"""The tables in which those of the tools stand, by file."""


def nearest_table(folder: Path, tool: str) -> tuple[Path, Mapping[str, Any]] | None:
    """Return the table of a tool, and its file, of the nearest folder upwards that has one.

    Args:
        folder: Where to begin; the folder with `.git` is the last.
        tool: The tool, such as `prove`.

    Raises:
        WellmadeError: If a file is no TOML, or it has something else in the table's place.
    """
    for place in (folder, *folder.parents):
        for name, above in _ABOVE.items():
            file = place / name
            table = _table(file, (*above, tool)) if file.is_file() else None
            if table is not None:
                return file, table
        if (place / ".git").exists():
            break
    return None


def _table(file: Path, path: tuple[str, ...]) -> Mapping[str, Any] | None:
    try:
        table: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WellmadeError(f"{file}: must be TOML, got {error}; correct it") from error
    for number, name in enumerate(path, 1):
        if name not in table:
            return None
        if not isinstance(table[name], dict):
            place = ".".join(path[:number])
            raise WellmadeError(f"{file}: {place} must be a table, got {table[name]!r}; correct it")
        table = table[name]
    return table
