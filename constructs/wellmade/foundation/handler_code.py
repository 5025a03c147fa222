"""From a handler's directory to the archive that Lambda runs, built once and found again by its hash.

An archive holds the package, the `shared` code beside it, the locked dependencies beside that, and those of
a `requirements.txt` in the package, which no other handler then carries. All are part of its name, so that
nothing is built twice and a synth needs no network once they were built.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import wellmade
from wellmade.home import home

PLATFORMS = ("manylinux_2_28_aarch64", "manylinux2014_aarch64")
PYTHON_VERSION = "3.14"
"""The target that dependencies are built for: `PythonFunction` runs on this interpreter, on Graviton.

It runs on Amazon Linux 2023, whose C library is 2.34: wheels for 2.28 and for 2.17 (2014) run there.
"""

UNZIPPED_LIMIT_MB = 250
"""Lambda's limit for code and layers. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

BESIDE = ("shared", "sample_shop", "wellmade_runtime")

_EPOCH = (1980, 1, 1, 0, 0, 0)
_NOT_NEEDED = {"__pycache__", "bin", "tests"}


def bundled_handlers() -> Path:
    """Return the folder with the handlers that travel with this library."""
    library = Path(wellmade.__file__).parent
    installed = library / "_lambda_src"
    return installed if installed.is_dir() else library.parents[1] / "lambda_src"


def handler_archive(package: str | Path) -> Path:
    """Return the zip archive of a handler, building it if its contents are new.

    Args:
        package: Name of a handler that travels with this library, or the path of your own; `shared/` and
            `requirements.txt` are taken from beside it where they exist, and another `requirements.txt`
            from within it.

    Raises:
        ValueError: If there is no such package, it has no `handler.py`, its dependencies cannot be
            installed, or the whole is larger than Lambda takes.
    """
    source = package if isinstance(package, Path) else bundled_handlers() / package
    _refuse_without_handler(package, source)
    locks = [lock for folder in (source.parent, source) if (lock := folder / "requirements.txt").is_file()]
    beside = [source.parent / name for name in BESIDE]
    files = sorted([*_sources(source), *(file for folder in beside for file in _sources(folder))])
    digest = hashlib.sha256(_target(locks).encode())
    for file in files:
        digest.update(f"{file.relative_to(source.parent)}\0".encode() + file.read_bytes())
    archive = home() / "functions" / f"{source.name}-{digest.hexdigest()[:16]}.zip"
    if not archive.exists():
        dependencies = _dependencies(locks)
        _write_archive(archive, [(source.parent, files), (dependencies, sorted(_sources(dependencies)))])
    return archive


def _refuse_without_handler(package: str | Path, source: Path) -> None:
    if (source / "handler.py").is_file():
        return
    known = ", ".join(sorted(path.parent.name for path in bundled_handlers().glob("*/handler.py")))
    where = source.absolute()
    raise ValueError(
        f"{where}: package must be a directory with a handler.py, got {str(package)!r}; "
        f"name one of {known}, or give the path of your own as a pathlib.Path"
    )


def _sources(directory: Path) -> Iterator[Path]:
    """Yield the files of a directory that belong into an archive."""
    for path in directory.rglob("*"):
        if path.is_file() and not _NOT_NEEDED.intersection(path.relative_to(directory).parts):
            yield path


def _target(locks: Sequence[Path]) -> str:
    requirements = "\n".join(lock.read_text() for lock in locks)
    return f"{' '.join(PLATFORMS)} {PYTHON_VERSION}\n{requirements}"


def _dependencies(locks: Sequence[Path]) -> Path:
    """Return the folder with the installed dependencies of lock files."""
    digest = hashlib.sha256(_target(locks).encode()).hexdigest()[:16]
    folder = home() / "dependencies" / digest
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            built = Path(scratch) / "built"
            built.mkdir()
            if locks:
                _install(locks, built)
            _keep(built, folder)
    return folder


def _install(locks: Sequence[Path], target: Path) -> None:
    """Install lock files for the target platform; wheels only, so that nothing runs while installing.

    They are installed together, so that pip refuses two of them that want different releases of a package.
    """
    last = locks[-1]
    sys.stderr.write(f"wellmade: building the dependencies of {last.parent.name} once\n")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--require-hashes"]
    command += ["--disable-pip-version-check", "--only-binary=:all:"]
    command += [f"--platform={platform}" for platform in PLATFORMS]
    command += [f"--python-version={PYTHON_VERSION}", "--implementation=cp", f"--target={target}"]
    command += [word for lock in locks for word in ("-r", str(lock))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, our own arguments
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [
            done.stderr.strip()
        ]
        raise ValueError(
            f"{last}: its packages could not be installed ({lines[-1]}); "
            "connect to a package index once, later builds work offline"
        )


def _write_archive(archive: Path, parts: list[tuple[Path, list[Path]]]) -> None:
    """Write a zip whose bytes depend on nothing but its contents."""
    size = sum(file.stat().st_size for _, files in parts for file in files) / 2**20
    if size > UNZIPPED_LIMIT_MB:
        raise ValueError(
            f"{archive.name}: code and dependencies must be at most {UNZIPPED_LIMIT_MB} MB unzipped, "
            f"got {size:.0f} MB; leave packages out, or run a container"
        )
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=archive.parent) as scratch:
        built = Path(scratch) / archive.name
        with zipfile.ZipFile(built, "w", zipfile.ZIP_DEFLATED) as bundle:
            for root, files in parts:
                for file in files:
                    entry = zipfile.ZipInfo(file.relative_to(root).as_posix(), _EPOCH)
                    entry.external_attr = 0o644 << 16
                    entry.compress_type = zipfile.ZIP_DEFLATED
                    bundle.writestr(entry, file.read_bytes())
        _keep(built, archive)


def _keep(built: Path, target: Path) -> None:
    """Move a finished build into place; whoever comes second finds the same contents there."""
    try:
        built.rename(target)
    except OSError:
        if not target.exists():
            raise
