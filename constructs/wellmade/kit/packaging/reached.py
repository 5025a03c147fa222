"""Which modules a handler imports, directly or by others, and what none of the given folders has."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from wellmade.kit.packaging.imports import Import, imports_of
from wellmade.kit.packaging.modules import Root
from wellmade.kit.packaging.refused import refused
from wellmade.kit.packaging.target import Target

_told: set[str] = set()


@dataclass(frozen=True, slots=True)
class Wanted:
    """An import that no folder has."""

    file: Path
    found: Import
    is_partly_here: bool
    """Whether its first part is in the folder, so that no package from elsewhere can bring the rest."""

    @property
    def name(self) -> str:
        """The module."""
        return self.found.name


@dataclass
class Reached:
    """What the walk found."""

    modules: dict[str, Path] = field(default_factory=dict)
    """Files by module."""
    wanted: list[Wanted] = field(default_factory=list)
    """In the order of the walk."""
    unread: list[Path] = field(default_factory=list)
    """Modules that this Python cannot read, so that nobody knows what they import."""


def reach(module: str, roots: Sequence[Root], target: Target) -> Reached:
    """Return what a module reaches.

    Args:
        module: Where to begin.
        roots: Folders that modules are looked for in, the first one first.
        target: Whose syntax the modules may have.

    Raises:
        ValueError: If a module is no Python, or a relative import leads above the top.
    """
    reached, waiting = Reached(), [*_with_parents(module)]
    while waiting:
        name = waiting.pop(0)
        root = next((root for root in roots if root.has(name)), None)
        file = root.find(name) if root else None
        if root is None or file is None or name in reached.modules:
            continue
        reached.modules[name] = file
        if file.suffix != ".py" or name.partition(".")[0] in root.leave:
            continue
        for each in _read(file, name, target, reached):
            waiting += _follow(each, file, roots, reached)
    return reached


def _follow(each: Import, file: Path, roots: Sequence[Root], reached: Reached) -> list[str]:
    """Return the modules that an import loads, or note that it is wanted."""
    root = next((root for root in roots if root.has(each.name)), None)
    if root is None or root.find(each.name) is None:
        is_partly_here = root is not None and each.name.partition(".")[0] not in root.leave
        reached.wanted.append(Wanted(file, each, is_partly_here))
        return []
    members = [f"{each.name}.{member}" for member in each.also]
    return [*_with_parents(each.name), *(member for member in members if root.find(member))]


def _with_parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]


def _read(file: Path, name: str, target: Target, reached: Reached) -> list[Import]:
    try:
        found = imports_of(file, name)
    except SyntaxError as error:
        _say_unreadable(file, error, target)
        reached.unread.append(file)
        return []
    for each in found:
        if not each.name and not each.is_optional:
            fix = "write it from the top of the code folder, without dots"
            allowed = "absolute in a module at the top of the archive"
            raise refused(f"{file}:{each.line}", "import", allowed, repr(each.text), fix)
    return [each for each in found if each.name]


def _say_unreadable(file: Path, error: SyntaxError, target: Target) -> None:
    """Refuse what is no Python; what may be newer than this Python is only not checked, and that is said."""
    here, where = sys.version_info, f"{file}:{error.lineno}"
    if target.minor <= here.minor:
        raise refused(where, "code", f"Python {target.python_version}", error.msg, "correct it") from error
    text = (
        f"wellmade: {where} cannot be read by Python {here.major}.{here.minor} ({error.msg}): "
        "what it imports is not checked\n"
    )
    if text not in _told:
        _told.add(text)
        sys.stderr.write(text)
