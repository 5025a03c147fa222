"""The packages that `uv.lock` pins for a project, on one target."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from wellmade.kit.packaging.markers import applies
from wellmade.kit.packaging.refused import refused
from wellmade.kit.packaging.requirements import Requirement, Requirements, canonical
from wellmade.kit.packaging.target import Target

_Package = Mapping[str, Any]
_OWN = {"virtual", "editable", "directory"}
"""Sources of the projects that a lock is for."""


def find_lock(project: Path, name: str) -> Path | None:
    """Return the nearest `uv.lock` at or above a project that is for it; a workspace has one for all."""
    for folder in (project, *project.parents):
        file = folder / "uv.lock"
        if file.is_file() and any(_is_own(each) and each["name"] == name for each in _packages(file)):
            return file
    return None


def read_lock(file: Path, project: str, target: Target) -> Requirements:
    """Return what a project needs on a target, with every package that this needs, pinned with its hashes.

    Raises:
        ValueError: If a package is from no index, or a marker is not understood.
    """
    packages = _packages(file)
    [own] = [each for each in packages if _is_own(each) and each["name"] == project]
    needed: dict[str, _Package] = {}
    waiting: list[tuple[_Package, frozenset[str]]] = [(own, frozenset())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        package, extras = waiting.pop()
        if (package["name"], extras) in seen:
            continue
        seen.add((package["name"], extras))
        if package is not own:
            needed[package["name"]] = package
        waiting += _dependencies(package, extras, packages, file, target)
    return Requirements(tuple(_pin(needed[name], file) for name in sorted(needed)))


def _packages(file: Path) -> list[_Package]:
    anew = "write it anew: uv lock"
    try:
        found: Any = tomllib.loads(file.read_text(encoding="utf-8")).get("package", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refused(file, "lock", "TOML as uv writes it", error, anew) from error
    if not isinstance(found, list) or not all(_is_package(each) for each in found):
        raise refused(file, "lock", "of packages with names and sources", "something else", anew)
    return list(found)


def _is_package(package: object) -> bool:
    if not isinstance(package, dict) or not isinstance(package.get("source", {}), dict):
        return False
    return isinstance(package.get("name"), str)


def _is_own(package: _Package) -> bool:
    return bool(_OWN & set(package.get("source", {})))


def _dependencies(
    package: _Package, extras: Collection[str], packages: Iterable[_Package], file: Path, target: Target
) -> list[tuple[_Package, frozenset[str]]]:
    optional = package.get("optional-dependencies", {})
    links = [
        *package.get("dependencies", []),
        *(link for extra in extras for link in optional.get(extra, [])),
    ]
    return [
        (_linked(link, packages, file), frozenset(link.get("extra", [])))
        for link in links
        if "marker" not in link or _applies(link["marker"], extras, file, target)
    ]


def _applies(marker: str, extras: Collection[str], file: Path, target: Target) -> bool:
    try:
        return applies(marker, target.markers, extras)
    except ValueError as error:
        raise refused(file, "lock", "of markers that can be judged", error, "simplify the marker") from error


def _linked(link: Mapping[str, Any], packages: Iterable[_Package], file: Path) -> _Package:
    """Return the package that a dependency means; a lock with forks has several of one name."""
    fitting = [
        each
        for each in packages
        if each["name"] == link["name"] and link.get("version", each.get("version")) == each.get("version")
    ]
    if len(fitting) != 1:
        got = f"{len(fitting)} of {link['name']}"
        raise refused(file, "lock", "of one package for each dependency", got, "write it anew: uv lock")
    return fitting[0]


def _pin(package: _Package, file: Path) -> Requirement:
    hashes = [wheel["hash"] for wheel in package.get("wheels", []) if "hash" in wheel]
    if "registry" not in package.get("source", {}) or not hashes:
        got = f"{package['name']} ({', '.join(package.get('source', {})) or 'no source'})"
        fix = "build a wheel of it, or put its code into the folder"
        raise refused(file, "lock", "of packages from an index that have wheels", got, fix)
    pinned = f"{canonical(package['name'])}=={package['version']}"
    return Requirement(" ".join([pinned, *(f"--hash={each}" for each in hashes)]))
