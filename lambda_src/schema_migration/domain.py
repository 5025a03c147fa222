"""Which migrations are to be run; no AWS, environment or clock."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CONTRACT = ".contract"


class RefusedMigrationError(Exception):
    """The migrations do not go with what the database has, or with the code that runs."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    name: str
    """Without `.sql`."""
    sql: str

    @property
    def checksum(self) -> str:
        """What tells its text from another."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def number(self) -> int:
        """Its place among the others."""
        return int(self.name.partition("_")[0])

    @property
    def takes_away(self) -> bool:
        """Whether it takes away what an earlier release still used."""
        return self.name.endswith(CONTRACT)


def pending(
    migrations: Sequence[Migration],
    applied: Mapping[str, str],
    released: str | None,
    *,
    in_use: bool = False,
) -> list[Migration]:
    """Return what is to be run, in order.

    What the database has beyond the last migration is of a later release, which is rolled back to this one:
    it only added, and this release's code runs beside it.

    Args:
        migrations: All that travel with this release, in order.
        applied: Checksums of those that the database has, by name.
        released: The last migration of the release that runs now; None where CloudFormation knows of none.
        in_use: Whether the database has tables: then somebody's code runs, which knows what was applied.

    Raises:
        RefusedMigrationError: If one was changed or taken out after it was run, comes before one that was
            run, or takes away what the release that runs now may use.
    """
    known = {each.name: each for each in migrations}
    changed = next(
        (name for name, sum_ in applied.items() if name in known and known[name].checksum != sum_), None
    )
    if changed:
        raise RefusedMigrationError(f"{changed} was changed after it was run; put it back, and add another")
    missing = next(
        (name for name in applied if name not in known and _number(name) <= migrations[-1].number), None
    )
    if missing:
        raise RefusedMigrationError(f"{missing} was run and is no longer there; put it back")
    found = [each for each in migrations if each.name not in applied]
    last = max(map(_number, applied), default=-1)
    late = next((each for each in found if each.number < last), None)
    if late:
        raise RefusedMigrationError(f"{late.name} comes before one that was run; give it a later number")
    if released is not None or in_use:
        _refuse_in_one_release(migrations, found, last if released is None else _number(released))
    return found


def _refuse_in_one_release(
    migrations: Sequence[Migration], found: Sequence[Migration], released: int
) -> None:
    """Raise where something is taken away together with what replaces it.

    The release that runs now must have what was added before, or it may still use what is taken away.
    """
    for taken in (each for each in found if each.takes_away):
        added = [each for each in migrations if not each.takes_away and each.number < taken.number]
        if added and added[-1].number > released:
            raise RefusedMigrationError(
                f"{taken.name} takes away what the release that runs now may use: {added[-1].name} is not in "
                f"it; deploy {added[-1].name} and its code first, then {taken.name}"
            )


def _number(name: str) -> int:
    return int(name.partition("_")[0])
