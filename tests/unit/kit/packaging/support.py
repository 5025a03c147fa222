"""What the tests of packaging share: builds, folders of code, and a package index of our own."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from wellmade.kit.packaging import BuiltCode, function_archive
from wellmade.kit.packaging.target import Architecture

HANDLER = "def handler(event, context):\n    return {'batchItemFailures': []}\n"


def built(
    code: str | Path,
    *,
    handler: str | None = None,
    python_version: str = "3.14",
    architecture: Architecture = "arm64",
    ignore: Sequence[str] = (),
) -> BuiltCode:
    return function_archive(
        code, handler=handler, python_version=python_version, architecture=architecture, ignore=ignore
    )


def names(archive: Path) -> set[str]:
    with zipfile.ZipFile(archive) as bundle:
        return set(bundle.namelist())


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def add_wheel(
    index: Path,
    name: str,
    version: str = "1.0",
    *,
    requires: Sequence[str] = (),
    tag: str = "py3-none-any",
    files: Mapping[str, str] | None = None,
) -> Path:
    """Put a package into a folder that pip takes packages from."""
    about = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {each}\n" for each in requires)
    contents = {
        **(files or {f"{name}/__init__.py": f"VERSION = {version!r}\n"}),
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{about}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = "".join(f"{file},,\n" for file in [*contents, f"{about}/RECORD"])
    index.mkdir(parents=True, exist_ok=True)
    wheel = index / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w") as bundle:
        for file, text in {**contents, f"{about}/RECORD": record}.items():
            bundle.writestr(zipfile.ZipInfo(file), text)
    return wheel
