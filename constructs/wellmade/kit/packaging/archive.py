"""Zip archives whose bytes depend on nothing but their contents."""

import csv
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from wellmade.facts.lambda_ import UNZIPPED_LIMIT_MB
from wellmade.home import home
from wellmade.kit.packaging.files import File
from wellmade.kit.packaging.kept import keep

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


def digest_of(files: Sequence[File]) -> str:
    """Return what tells these files, their names and their modes from others."""
    digest = hashlib.sha256()
    for file in files:
        content = file.content
        digest.update(f"{file.name}\0{file.is_executable}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def write_archive(label: str, code: Sequence[File], packages: Sequence[File]) -> Path:
    """Return the archive with these files, written if there is none.

    Args:
        label: Start of its name.
        code: Files that a function runs; they take the place of packages of the same name.
        packages: Files of installed packages.

    Raises:
        ValueError: If the whole is larger than Lambda takes.
    """
    files = sorted({file.name: file for file in (*packages, *code)}.values(), key=lambda file: file.name)
    archive = home() / "functions" / f"{label}-{digest_of(files)}.zip"
    if not archive.exists():
        refuse_size(label, files)
        archive.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=archive.parent) as scratch:
            built = Path(scratch) / archive.name
            _write(built, files)
            keep(built, archive)
    return archive


def refuse_size(label: str, files: Sequence[File]) -> None:
    """Raise where files are too many, before they are read.

    Raises:
        ValueError: If they are larger than Lambda takes.
    """
    size = sum(file.path.stat().st_size for file in files) / 2**20
    if size > UNZIPPED_LIMIT_MB:
        raise ValueError(
            f"{label}: code and packages must be at most {UNZIPPED_LIMIT_MB} MB unzipped, got {size:.0f} MB; "
            "leave packages out, name files in ignore, or run a container"
        )


def _write(built: Path, files: Sequence[File]) -> None:
    names = {file.name for file in files}
    with zipfile.ZipFile(built, "w", zipfile.ZIP_DEFLATED) as bundle:
        for file in files:
            entry = zipfile.ZipInfo(file.name, _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = (0o755 if file.is_executable else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            is_record = file.name.endswith(".dist-info/RECORD")
            bundle.writestr(entry, _record(file, names) if is_record else file.content)


def _record(file: File, names: set[str]) -> bytes:
    """Return pip's list of a package's files, without those that do not travel.

    Scripts do not, and their hash would tell where the interpreter was that installed them.
    """
    root = file.name.rpartition("/")[0].rpartition("/")[0]
    rows = csv.reader(io.StringIO(file.content.decode()))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        row for row in rows if row and f"{root}/{row[0]}".lstrip("/") in names
    )
    return text.getvalue().encode()


def data_archive(label: str, files: Mapping[str, Path]) -> Path:
    """Return an archive of files that are no code, by their names in it.

    Raises:
        ValueError: If the whole is larger than Lambda takes.
    """
    return write_archive(label, [File(name, path, is_executable=False) for name, path in files.items()], [])
