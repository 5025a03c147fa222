"""Code that travels with this library, and the packages that it imports."""

from collections.abc import Iterable
from pathlib import Path

from wellmade.kit.packaging.files import File, files_of
from wellmade.kit.packaging.reached import Reached
from wellmade.kit.packaging.requirements import Requirements, canonical, read_requirements
from wellmade.kit.packaging.source import LOCKS, RUNTIME, Source, bundled_handlers
from wellmade.kit.packaging.target import Target


def library_files(source: Source, reached: Reached) -> list[File]:
    """Return the modules of the runtime that a handler reaches, and the bundled packages beside its own."""
    root = bundled_handlers()
    modules = [path for path in reached.modules.values() if path.is_relative_to(root / RUNTIME)]
    runtime = [File(path.relative_to(root).as_posix(), path, is_executable=False) for path in modules]
    if not source.is_bundled:
        return runtime
    beside = {name.partition(".")[0] for name in reached.modules} - {RUNTIME, source.folder.name}
    return [*runtime, *(file for name in sorted(beside) for file in files_of(root / name, prefix=f"{name}/"))]


def library_requirements(reached: Reached, own: Requirements, target: Target) -> Requirements:
    """Return the packages that reached code of this library imports, but for those that a user pins.

    A lock is called as its package is imported, and holds what that needs. Beside packages that a user did
    not lock, pip finds the releases that suit both.
    """
    root, found = bundled_handlers(), Requirements()
    for name in sorted(_imported_by(reached, root)):
        lock = root / LOCKS / f"{name}.txt"
        if not lock.is_file() or _package_of(lock) in own.names:
            continue
        chosen = read_requirements(lock if own.is_locked else lock.with_suffix(".in"), target)
        found = Requirements((*found.packages, *chosen.packages))
    return found


def is_of_library(file: Path) -> bool:
    """Tell whether a file travels with this library."""
    return file.is_relative_to(bundled_handlers())


def _imported_by(reached: Reached, root: Path) -> Iterable[str]:
    return {each.name.partition(".")[0] for each in reached.wanted if each.file.is_relative_to(root)}


def _package_of(lock: Path) -> str:
    """Return the package that a lock is for: the first that its source asks for."""
    lines = lock.with_suffix(".in").read_text().splitlines()
    return next(canonical(line) for line in lines if canonical(line))
