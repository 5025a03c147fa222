"""Modules by name in folders: which file is meant, as Python would find it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

_COMPILED = re.compile(r"(\.[\w-]+)?\.(so|pyd)")


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that is at the top of the archive.

    Args:
        folder: The folder.
        only: Names at its top that can be in the archive. Default: all.
        leave: Names at its top that are not looked into, since they came with their own dependencies.
    """

    folder: Path
    only: Collection[str] | None = None
    leave: Collection[str] = ()

    def has(self, name: str) -> bool:
        """Tell whether the first part of a module's name is here."""
        top = name.partition(".")[0]
        return (self.only is None or top in self.only) and self.find(top) is not None

    def find(self, name: str) -> Path | None:
        """Return the file of a module, the folder of a package without `__init__.py`, or None."""
        base = self.folder.joinpath(*name.split("."))
        if (package := base / "__init__.py").is_file():
            return package
        if (module := base.with_name(f"{base.name}.py")).is_file():
            return module
        if base.parent.is_dir():
            start = len(base.name)
            for file in base.parent.glob(f"{base.name}.*"):
                if _COMPILED.fullmatch(file.name[start:]):
                    return file
        return base if base.is_dir() else None


def vendored(folder: Path) -> frozenset[str]:
    """Return the names at the top of a folder that pip put there, by the records that it left."""
    records = folder.glob("*.dist-info/RECORD")
    rows = (row for record in records for row in record.read_text().splitlines())
    return frozenset(re.split(r"[/,]", row, maxsplit=1)[0].removesuffix(".py") for row in rows)
