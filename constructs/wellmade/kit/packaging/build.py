"""From a handler's name or folder to the archive that Lambda runs, built once and found again by its hash.

An archive holds the code, the modules of `wellmade_runtime` that the handler imports, and the packages that
these and the code ask for. All are part of its name, so that nothing is built twice, and a synth needs no
network once they were built.
"""

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wellmade.home import home
from wellmade.kit.packaging.archive import digest_of, refuse_size, write_archive
from wellmade.kit.packaging.declared import declared
from wellmade.kit.packaging.dependencies import installed
from wellmade.kit.packaging.files import File, files_of
from wellmade.kit.packaging.kept import keep
from wellmade.kit.packaging.library import library_files, library_requirements
from wellmade.kit.packaging.missing import refuse_incomplete, refuse_missing
from wellmade.kit.packaging.modules import Root, vendored
from wellmade.kit.packaging.reached import Reached, reach
from wellmade.kit.packaging.requirements import Requirements
from wellmade.kit.packaging.source import RUNTIME, Source, bundled_handlers, find
from wellmade.kit.packaging.target import Architecture, Target

_NOT_OF_PACKAGES = ("/bin/",)
"""Scripts, which name the interpreter that installed them."""


@dataclass(frozen=True, slots=True)
class BuiltCode:
    """What a function is defined with."""

    archive: Path
    """The zip."""
    handler: str
    """Module and function, as Lambda names them."""


def function_archive(
    code: str | Path,
    *,
    handler: str | None,
    python_version: str,
    architecture: Architecture,
    ignore: Sequence[str] = (),
    has_layers: bool = False,
) -> BuiltCode:
    """Return the archive of a function, built if its contents are new.

    Args:
        code: Name of a handler that travels with this library, or the path of your own folder. Its
            `requirements.txt`, or its `pyproject.toml` with `uv.lock`, says which packages travel along.
        handler: Module and function from the top of the folder, such as `app.lambda_handler`. Default:
            `handler.handler`.
        python_version: Of the function's runtime, such as `3.14`.
        architecture: Of the function.
        ignore: Files that do not travel, by patterns of `.gitignore`, beside what no function needs.
        has_layers: Whether layers bring modules, so that nobody knows which imports are missing. Default: no.

    Raises:
        ValueError: If there is no such code or function, it imports what would not be there, its packages
            cannot be installed, or the whole is larger than Lambda takes.
    """
    target, source = Target(python_version, architecture), find(code, handler)
    files = files_of(source.folder, ignore=ignore, prefix=source.prefix)
    refuse_size(source.folder.name, files)
    own = declared(source.folder, target)
    note = home() / "functions" / f"{source.folder.name}-{_key(source, files, own, target, has_layers)}.json"
    if known := _known(note):
        return BuiltCode(known, source.handler)
    reached = reach(source.module, _roots(source), target)
    archive = _build(source, files, own, reached, target, has_layers=has_layers)
    if not reached.unread:  # otherwise it is to be said again
        _write_note(note, archive)
    return BuiltCode(archive, source.handler)


def _build(
    source: Source,
    files: Sequence[File],
    own: Requirements,
    reached: Reached,
    target: Target,
    *,
    has_layers: bool,
) -> Path:
    added = library_requirements(reached, own, target)
    whole = Requirements((*own.packages, *added.packages), own.options)
    dependencies = installed(whole, target, str(source.folder))
    if not has_layers:
        refuse_missing(reached.wanted, source, dependencies, target)
    refuse_incomplete(dependencies, str(source.folder), target)
    return write_archive(
        source.folder.name,
        [*files, *library_files(source, reached)],
        files_of(dependencies, ignore=_NOT_OF_PACKAGES),
    )


def _roots(source: Source) -> list[Root]:
    library = bundled_handlers()
    if source.is_bundled:
        return [Root(library, [path.name for path in library.iterdir() if any(path.glob("*.py"))])]
    return [Root(source.folder, leave=vendored(source.folder)), Root(library, [RUNTIME])]


def _key(source: Source, files: Sequence[File], own: Requirements, target: Target, *checked: bool) -> str:
    """Return what tells this build from others, without looking into it: what goes in, and what builds it."""
    parts = [repr(target), source.handler, repr(own), digest_of(files), _library_digest(bundled_handlers())]
    parts += [repr(each) for each in checked if each]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@cache
def _library_digest(bundled: Path) -> str:
    """Return the digest of what this library adds: bundled code, its locks, and the code that packs."""
    return digest_of([*files_of(bundled), *files_of(Path(__file__).parent)])


def _known(note: Path) -> Path | None:
    """Return the archive that was built before, if it is still there."""
    if not note.is_file():
        return None
    archive = note.with_name(json.loads(note.read_text())["archive"])
    return archive if archive.is_file() else None


def _write_note(note: Path, archive: Path) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=note.parent) as scratch:
        built = Path(scratch) / note.name
        built.write_text(json.dumps({"archive": archive.name}))
        note.unlink(missing_ok=True)
        keep(built, note)
