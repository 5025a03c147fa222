"""Losses that a project accepts: `[upgrade.accepted]` of `wellmade.toml`, or of `[tool.wellmade]`.

[upgrade.accepted]             # in pyproject.toml: [tool.wellmade.upgrade.accepted]
"orders/Table1234ABCD" = "moved to orders-v2 on 2026-11-30, nothing reads it"
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.project_settings import nearest_table
from wellmade.upgrade.change import Unfit, Upgrade

_ID = re.compile(r".*[^/]/[A-Za-z0-9]+")
_STALE = "fits no loss here; remove it once this is deployed everywhere"
_REFUSED = "is of a deployment that CloudFormation refuses, which nobody can accept; remove it"


@dataclass(frozen=True)
class Accepted:
    """Reasons by stack and logical id, as the report shows them."""

    file: Path | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)

    def of(self, stack: str) -> "Accepted":
        """Return those of one stack alone, where no other one is compared."""
        within = {each: why for each, why in self.reasons.items() if each.rpartition("/")[0] == stack}
        return replace(self, reasons=within)

    def applied_to(self, found: Upgrade) -> Upgrade:
        """Return it with the losses marked that are accepted, and with the entries that fit none.

        Args:
            found: What an update does.
        """
        changes = tuple(
            replace(each, accepted=self.reasons.get(each.id, "")) if each.loses and not each.refused else each
            for each in found.changes
        )
        fitting = {each.id for each in changes if each.accepted}
        refused = {each.id for each in changes if each.refused}
        unfit = [
            Unfit(str(self.file), each, _REFUSED if each in refused else _STALE)
            for each in self.reasons
            if each not in fitting
        ]
        return replace(found, changes=changes, unfit=tuple(unfit))


def accepted_in(folder: Path) -> Accepted:
    """Read what the nearest folder upwards accepts.

    Args:
        folder: Where to begin; the folder with `.git` is the last.

    Raises:
        WellmadeError: If the file is no TOML, or an entry is not as the module's docstring shows it.
    """
    found = nearest_table(folder, "upgrade")
    if found is None:
        return Accepted()
    file, table = found
    for name in table:
        if name != "accepted":
            raise WellmadeError(f"{file}: upgrade.{name} must be accepted, got {name}; correct it")
    entries = table.get("accepted", {})
    if not isinstance(entries, dict):
        raise WellmadeError(f"{file}: upgrade.accepted must be a table, got {entries!r}; correct it")
    return Accepted(file, {each: _reason(file, each, why) for each, why in entries.items()})


def _reason(file: Path, entry: str, why: Any) -> str:
    place = f'{file}: upgrade.accepted "{entry}"'
    if not _ID.fullmatch(entry):
        raise WellmadeError(
            f'{place} must be "stack/logical id" in quotes, got {entry!r}; write it as the report shows it'
        )
    if not isinstance(why, str) or not why.strip():
        raise WellmadeError(
            f"{place} must be a reason, got {why!r}; say why the loss is right, and since when"
        )
    return " ".join(why.split())
