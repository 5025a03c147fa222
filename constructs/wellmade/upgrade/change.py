"""What an update does to one resource, and what becomes of what it holds."""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of a resource."""

    REPLACED = "replaced"
    PERHAPS = "may be replaced"
    DELETED = "deleted"
    EMPTIED = "emptied"
    """It stays, but what the CDK empties it with is gone, and empties it on its way."""
    LEFT = "left behind"
    """Its stack is no longer in the app, or in another region there; its successor begins empty."""
    CHANGED = "changed in place"
    """It stays, and loses a part of what it holds, or what guards it."""
    NOT_JUDGED = "not judged"


Why = tuple[Fate, str]
"""What becomes of something, and the reason."""


@dataclass(frozen=True)
class Change:
    """What an update does to one resource."""

    stack: str
    logical_id: str
    type: str
    fate: Fate
    why: str
    holds_data: bool = False
    loses: bool = False
    """Whether what it holds is gone afterwards, or is where nobody reads it; also one that is refused."""
    refused: bool = False
    """Whether CloudFormation refuses the update, since a name is taken; nothing is lost by that alone."""
    accepted: str = ""
    """Why its loss is accepted, where `wellmade.toml` says so."""
    data: str = ""
    """What becomes of what it holds."""
    fix: str = ""
    renamed: tuple[str, str] | None = None
    """Its physical name before and after, where the templates give one."""
    moved_to: str | None = None
    """Stack and logical id of the resource that takes its place, where there is one."""

    @property
    def id(self) -> str:
        """Return stack and logical id, as other tools write them."""
        return f"{self.stack}/{self.logical_id}"

    @property
    def said(self) -> str:
        """Return what happens to it and to what it holds, by its logical id."""
        return f"{self.logical_id} ({self.type}) is {self.fate}: {self.why}; {self.data}"


@dataclass(frozen=True)
class Export:
    """An export that is gone or another one while somebody imports it."""

    name: str
    stack: str
    why: str
    used_by: tuple[str, ...]
    """Stacks that import it; CloudFormation then refuses the update."""


@dataclass(frozen=True)
class Unfit:
    """An entry that accepts a loss which is not there, or which nobody can accept."""

    file: str
    entry: str
    why: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f'{self.file}: upgrade.accepted "{self.entry}" {self.why}'


@dataclass(frozen=True)
class Upgrade:
    """All that an update does to what is deployed."""

    changes: tuple[Change, ...]
    exports: tuple[Export, ...]
    gone: tuple[str, ...]
    """Stacks that are no longer in the app; they stay deployed until somebody deletes them."""
    unfit: tuple[Unfit, ...] = ()
    """Entries of `wellmade.toml` that accept no loss of this update."""

    @property
    def loses(self) -> list[Change]:
        """Return what would be lost, or may be, and is not accepted."""
        return [each for each in self.changes if each.loses and not each.accepted]

    @property
    def accepted(self) -> list[Change]:
        """Return what would be lost, or may be, and is accepted."""
        return [each for each in self.changes if each.accepted]

    @property
    def breaks(self) -> list[Export]:
        """Return the exports that are in use and gone."""
        return [each for each in self.exports if each.used_by]
