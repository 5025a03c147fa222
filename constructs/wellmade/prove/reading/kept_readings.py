"""What was read of a handler, as it is kept on disk: every file that it was read from is part of its key."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from wellmade.prove.code import script_imports
from wellmade.prove.code.kept import content_of, kept, key_of
from wellmade.prove.code.python_imports import files_of
from wellmade.prove.code.python_modules import module_at
from wellmade.prove.reading.sites import Arrived, Site, Unread, Variable
from wellmade.prove.reading.strangers import (
    may_call,
    may_call_of_node,
    strange_imports,
    strange_packages,
)

_BESIDE = ("package.json", "tsconfig.json")
"""Files that tell which modules of scripts are the project's own."""
_MOST = 2000
"""So many files are looked at; what depends on more is read anew each time."""
_VARIABLE, _ARRIVED = "variable", "arrived"


class Reading(NamedTuple):
    """What was read of a handler."""

    sites: Sequence[Site]
    unread: Sequence[Unread]
    regions: frozenset[tuple[str, str]] = frozenset()
    """Services with the regions that the code names for their clients."""


def key_of_reading(entry: Path, handler: str, roots: Sequence[Path]) -> str:
    """Return what a reading depends on; empty where it depends on what no key can hold."""
    if entry.suffix == ".py":
        files = sorted(files_of(entry, roots))
        if any(module_at(file).starts for file in files):
            # It may start any file beside it, and whether one is there tells what it starts.
            beside = [file for root in roots for file in islice(root.rglob("*"), _MOST + 1)]
            if len(beside) > _MOST or any(file.is_symlink() and file.is_dir() for file in beside):
                return ""
            files += sorted(file for file in beside if file.is_file())
    else:
        files = sorted(script_imports.files_of(entry, roots))
        above = dict.fromkeys(parent for file in files for parent in file.parents)
        files += [file for parent in above for name in _BESIDE if (file := parent / name).is_file()]
    if len(files) > _MOST:
        return ""
    told: list[object] = [part for file in files for part in (file, content_of(file))]
    installed = _of_python(files, roots) if entry.suffix == ".py" else _of_scripts(files, roots)
    return key_of("reading", [entry, handler, *roots, "", *told, "", *installed])


def _of_python(files: Iterable[Path], roots: Sequence[Path]) -> Iterator[object]:
    """Yield what is installed of libraries that nobody knows, which tells what they call."""
    modules = [file for file in files if file.suffix == ".py" and content_of(file)]
    for name in sorted({name for file in modules for name in strange_imports(file, roots)}):
        yield from (name, may_call(name))


def _of_scripts(files: Iterable[Path], roots: Sequence[Path]) -> Iterator[object]:
    for file in files:
        if file.suffix in script_imports.SUFFIXES:
            for _, package in strange_packages(file, script_imports.imports_of(file), roots):
                yield from (package, file.parent, may_call_of_node(package, file.parent))


def find(key: str) -> Reading | None:
    """Return what is kept under a key; None if nothing is, or nothing that can be understood."""
    store = kept()
    found = store.find(key) if store and key else None
    with suppress(TypeError, ValueError, KeyError, IndexError):
        return _decoded(found) if found else None
    return None


def keep(key: str, reading: Reading) -> None:
    """Keep a reading, unless an argument in it is nothing that JSON can hold."""
    if key and (store := kept()):
        with suppress(TypeError):
            store.keep(key, _encoded(reading))


def _encoded(reading: Reading) -> list[Any]:
    return [
        [[str(each.file), *_plain(each)] for each in reading.sites],
        [[str(each.file), *astuple(each)[1:]] for each in reading.unread],
        sorted(reading.regions),
    ]


def _plain(site: Site) -> Iterable[Any]:
    yield from (site.line, site.last_line, site.service, site.operation, _written(site.arguments))
    yield from (site.indirect, site.is_foreign, site.is_sure, site.is_lazy)


def _decoded(found: Any) -> Reading:
    sites, unread, regions = found
    return Reading(
        [Site(Path(file), *[*told[:4], _read(told[4]), *told[5:]]) for file, *told in sites],
        [
            Unread(Path(file), line, what, tuple(services), *told)
            for file, line, what, services, *told in unread
        ],
        frozenset((service, region) for service, region in regions),
    )


def _written(value: Any) -> Any:
    """Return an argument so that JSON keeps what it is: collections and what is told elsewhere have a tag."""
    if isinstance(value, Variable):
        return [_VARIABLE, value.name, value.default]
    if isinstance(value, Arrived):
        return [_ARRIVED, *value.path]
    if isinstance(value, Mapping):
        return ["mapping", *([_written(key), _written(each)] for key, each in value.items())]
    if isinstance(value, list):
        return ["list", *map(_written, value)]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(value)


def _read(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    kind, *parts = value
    if kind == _VARIABLE:
        return Variable(*parts)
    if kind == _ARRIVED:
        return Arrived(tuple(parts))
    return {_read(key): _read(each) for key, each in parts} if kind == "mapping" else [*map(_read, parts)]
