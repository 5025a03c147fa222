"""Archives built for Lambda's processor, run on this one: the same releases of packages, built for here.

A package that holds a library for another processor or another Python is found by the metadata that pip left
in the archive, and replaced by the same release from the package index. What AWS would get stays as it is.
"""

import csv
import io
import platform
import re
import shutil
import sys
import sysconfig
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from wellmade.console import err
from wellmade.errors import WellmadeError
from wellmade.local.access import ACCOUNT, REGION
from wellmade.local.assembly import Stack, assets_of
from wellmade.local.extension.cells.bundles import unpack
from wellmade.local.toolchain import built_once, digest_of, run_or_explain

_INSTALLED = "installed"
_LIBRARY = re.compile(r"\.so(\.\d+)*$")
_OF_A_PYTHON = re.compile(r"\.((?:cpython|pypy)[^.]*)\.so$")


@dataclass(frozen=True)
class _Package:
    name: str
    release: str
    root: PurePosixPath
    """Where in the archive its files are."""
    files: frozenset[str]


def rebuild(stacks: Sequence[Stack]) -> None:
    """Replace the archives of an assembly that is ours to change."""
    for stack in stacks:
        for asset in assets_of(stack, account=ACCOUNT, region=REGION):
            if asset.zipped and not any(asset.source.rglob("*.dist-info")):
                continue
            content = asset.content()
            built = for_this_machine(content)
            if built is content:
                continue
            if asset.zipped:
                shutil.rmtree(asset.source)
                unpack(zipfile.ZipFile(io.BytesIO(built)), asset.source)
            else:
                asset.source.write_bytes(built)


def for_this_machine(archive: bytes) -> bytes:
    """Return an archive whose packages run here; the same one where they do already, or it is none.

    A package that has no build for this machine is left as it is, and named.
    """
    if not zipfile.is_zipfile(io.BytesIO(archive)):
        return archive
    with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
        foreign = [package for package in _packages(bundle) if _is_foreign(bundle, package)]
        builds = [(package, build) for package in foreign if (build := _build(package))]
        return _replaced(bundle, builds) if builds else archive


def _packages(bundle: zipfile.ZipFile) -> Iterator[_Package]:
    held = set(bundle.namelist())
    for record in (PurePosixPath(name) for name in held if name.endswith(".dist-info/RECORD")):
        metadata = str(record.with_name("METADATA"))
        if metadata in held:
            about = HeaderParser().parsestr(bundle.read(metadata).decode())
            root = record.parent.parent
            rows = csv.reader(io.StringIO(bundle.read(str(record)).decode()))
            listed = {str(root / row[0]) for row in rows if row} & held
            about_it = {name for name in held if name.startswith(f"{record.parent}/")}
            yield _Package(about["Name"], about["Version"], root, frozenset(listed | about_it))


def _is_foreign(bundle: zipfile.ZipFile, package: _Package) -> bool:
    with Path(sys.executable).resolve().open("rb") as interpreter:
        own = _processor(interpreter.read(20))
    for name in filter(_LIBRARY.search, package.files):
        python = _OF_A_PYTHON.search(name)
        if python and python[1] != sysconfig.get_config_var("SOABI"):
            return True
        with bundle.open(name) as library:
            if _processor(library.read(20)) != own:
                return True
    return False


def _processor(head: bytes) -> int | None:
    """Return the processor that an ELF file is for, by its number; None for other files."""
    if not head.startswith(b"\x7fELF"):
        return None
    return int.from_bytes(head[18:20], "big" if head[5] == 2 else "little")


def _build(package: _Package) -> Path | None:
    """Return the folder with a package as it is installed here, or None where it cannot be."""
    wanted = f"{package.name}=={package.release}"
    here = f"{wanted} {sys.implementation.cache_tag} {platform.platform()}"

    def install(folder: Path) -> None:
        err.print(f"wellmade: installing {wanted} for this machine once")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += [
            "--no-deps",
            "--no-compile",
            "--only-binary",
            ":all:",
            "--target",
            str(folder / _INSTALLED),
            wanted,
        ]
        run_or_explain(command, hint="connect to a package index once")

    try:
        return built_once(f"native-{package.name.lower()}-{digest_of(here.encode())}", install) / _INSTALLED
    except WellmadeError as error:
        err.print(f"wellmade: {wanted} stays as it was built for Lambda, so importing it fails here: {error}")
        return None


def _replaced(bundle: zipfile.ZipFile, builds: Sequence[tuple[_Package, Path]]) -> bytes:
    gone = frozenset[str]().union(*(package.files for package, _ in builds))
    buffer = io.BytesIO()
    # Fastest compression, because it travels over the loopback.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for entry in bundle.infolist():
            if entry.filename not in gone:
                target.writestr(entry, bundle.read(entry))
        for package, build in builds:
            for file in sorted(path for path in build.rglob("*") if path.is_file()):
                target.write(file, str(package.root / file.relative_to(build).as_posix()))
    return buffer.getvalue()
