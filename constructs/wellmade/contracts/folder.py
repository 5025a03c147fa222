"""A folder of contracts: the versions of events, and what of them was released."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from wellmade.contracts.names import is_command, versioned
from wellmade.contracts.sources.contract import Contract
from wellmade.contracts.sources.read import ENDINGS, read
from wellmade.contracts.words import SUFFIX

RELEASED = "released"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Contracts:
    """The schemas of the events of one producer.

    `<folder>/OrderPlaced.v1.json` is what the producer checks before it publishes;
    `<folder>/released/OrderPlaced.v1.json` is what consumers were promised. Within a version an event may
    gain optional fields and no more; anything else is a new version, a file beside the old one.

    A file is a JSON Schema (draft 4, 6, 7, 2019-09 or 2020-12, by its `$schema`), an export of EventBridge's
    schema registry (draft 4 or OpenAPI 3), or an AsyncAPI 3 document, each of whose messages is a contract.

    Args:
        folder: Where the files are.
    """

    folder: Path

    @property
    def command(self) -> str:
        """What tells all problems of the folder, for a shell."""
        return shlex.join(["wellmade", "contracts", str(self.folder)])

    @cached_property
    def current(self) -> Mapping[str, Contract]:
        """The contracts by the event's name.

        Raises:
            ValueError: If there is no such folder, no contract in it, or one cannot be read.
        """
        found = _read(self.folder)
        if not found and not self.released:
            raise ValueError(f"{self.folder}: contracts must be a folder with <Event>.v<N>.json, got none")
        return found

    @cached_property
    def released(self) -> Mapping[str, Contract]:
        """The contracts that consumers were promised."""
        place = self.folder / RELEASED
        if place.exists() and not place.is_dir():
            raise ValueError(f"{place}: must be a folder, of what was released; move the file away")
        return _read(place)

    def problems(self) -> list[str]:
        """Return a sentence for each name and each change that a consumer must not meet.

        A change that could not be decided is one, until somebody's word is kept beside the contract.

        Raises:
            ValueError: If a schema is none.
        """
        try:
            from wellmade.contracts.judge import changes  # noqa: PLC0415 - of the extra for tools
        except ModuleNotFoundError as error:
            needed = f"needs the package {error.name}; install it with: pip install 'wellmade[tools]'"
            raise ValueError(f"{self.folder}: comparing contracts {needed}") from error
        wrong = [
            problem
            for name, contract in self.current.items()
            if not contract.listed and (problem := _misnamed(name))
        ]
        gone = [
            f"{name}: the contract is gone; keep it while it may still be consumed"
            for name in self.released
            if name not in self.current
        ]
        broken = changes(self.folder, self.released, self.current)
        return [f"{self.folder}: {problem}" for problem in (*wrong, *gone, *broken)]

    def unreleased(self) -> list[str]:
        """Return the names of contracts that differ from what was released, or never were."""
        return [name for name, contract in self.current.items() if not self._is_released(contract)]

    def release(self) -> list[str]:
        """Promise the current contracts to consumers; return the names of those that changed.

        Raises:
            ValueError: If one of them breaks what was promised before.
        """
        problems = self.problems()
        if problems:
            raise ValueError("\n".join(problems))
        return self.promise()

    def promise(self) -> list[str]:
        """Release contracts of which it is known that they have no problems; return those that changed."""
        changed = self.unreleased()
        place = self.folder / RELEASED
        place.mkdir(exist_ok=True)
        moved = [
            name for name, known in self.released.items() if known.file.name != self.current[name].file.name
        ]
        for file in {self.current[name].file for name in (*changed, *moved)}:
            beside = place / f".{file.name}.new"
            beside.write_bytes(file.read_bytes())
            beside.replace(place / file.name)
        kept = {contract.file.name for contract in self.current.values()}
        for old in {known.file for known in self.released.values()}:
            if old.name not in kept:  # all of its contracts are in other files now
                old.unlink()
        return changed

    def _is_released(self, contract: Contract) -> bool:
        known = self.released.get(contract.name)
        if known is None or known.text != contract.text:
            return False
        return replace(known, file=contract.file) == contract


def _read(folder: Path) -> Mapping[str, Contract]:
    found: dict[str, Contract] = {}
    for file in sorted(folder.glob("*")):
        if file.suffix not in ENDINGS or file.name.endswith(SUFFIX):
            continue
        for contract in read(file):
            if not _NAME.fullmatch(contract.name):
                raise ValueError(
                    f"{file}: the name of an event must be of letters, digits, '.', '_' and '-', got "
                    f"{contract.name!r}; files are named after it"
                )
            if contract.name in found:
                other = found[contract.name].file.name
                raise ValueError(
                    f"{file}: {contract.name} must be in one file, is in {other} too; remove one"
                )
            found[contract.name] = contract
    return found


def _misnamed(name: str) -> str | None:
    if not versioned(name):
        return f"{name}: must be named <Event>.v<N>, such as OrderPlaced.v1"
    if is_command(name):
        return f"{name}: must say what has happened, such as OrderPlaced; a command belongs into a queue"
    return None
