"""Which packages a folder of code asks for: by `requirements.txt`, or by `pyproject.toml` and `uv.lock`."""

import sys
import tomllib
from pathlib import Path
from typing import Any

from wellmade.kit.packaging.refused import refused
from wellmade.kit.packaging.requirements import (
    Requirement,
    Requirements,
    canonical,
    read_requirements,
    requirement_of,
)
from wellmade.kit.packaging.target import Target
from wellmade.kit.packaging.uv_lock import find_lock, read_lock

_told: set[str] = set()


def declared(folder: Path, target: Target) -> Requirements:
    """Return what a folder asks for; nothing where it has neither file.

    `requirements.txt` comes first, then `uv.lock` for the dependencies of `pyproject.toml`, then these alone.
    What is not pinned with hashes may be built otherwise tomorrow, which is said on stderr.

    Raises:
        ValueError: If a file asks for what cannot be installed for another platform, or cannot be read.
    """
    listed, project = folder / "requirements.txt", folder / "pyproject.toml"
    wanted = _dependencies(project)
    if listed.is_dir():
        raise refused(listed, "requirements.txt", "a file", "a folder", "call the folder otherwise")
    if listed.is_file():
        if wanted:
            _say(f"{listed} is taken, and the dependencies of {project.name} beside it are not")
        found = read_requirements(listed, target)
        if not found.is_locked:
            fix = "pin them: uv pip compile --generate-hashes, or pip-compile --generate-hashes"
            _say(f"{listed} has packages without hashes, so what is built may change; {fix}")
        return found
    if not wanted:
        return Requirements()
    name = canonical(str(_project(project).get("name", "")))
    if lock := find_lock(folder, name):
        return read_lock(lock, name, target)
    _say(f"{project} has no uv.lock, so what is built may change; pin its dependencies: uv lock")
    packages: list[Requirement] = []
    for each in wanted:
        packages += requirement_of(each, str(project), target)
    return Requirements(tuple(packages))


def _dependencies(project: Path) -> list[str]:
    found = _project(project).get("dependencies", [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        fix = 'write dependencies = ["name"]'
        raise refused(project, "dependencies", "a list of texts", repr(found), fix)
    return found


def _project(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refused(file, "pyproject.toml", "TOML", error, "correct it") from error
    if not isinstance(found, dict):
        raise refused(file, "project", "a table", repr(found), "write [project] on a line of its own")
    return found


def _say(text: str) -> None:
    """Say something once in a run, however many functions have the folder."""
    if text not in _told:
        _told.add(text)
        sys.stderr.write(f"wellmade: {text}\n")
