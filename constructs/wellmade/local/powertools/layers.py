"""Archives as AWS's public layers of Powertools are, one for each language and major release."""

import sys
from pathlib import Path

from wellmade.console import err
from wellmade.local.toolchain import built_once, digest_of, npm_ci, run_or_explain
from wellmade.local.zipped import zipped

_HERE = Path(__file__).parent


def powertools(name: str) -> Path:
    """Return the archive of a layer.

    Args:
        name: Language and major release, such as `python-3` or `typescript-2`.

    Raises:
        WellmadeError: If its packages cannot be installed.
    """
    language, is_python = name.partition("-")[0], name.startswith("python")
    lock = _HERE / f"{name}.txt" if is_python else _HERE / name / "package-lock.json"

    def build(folder: Path) -> None:
        err.print(f"wellmade: installing Powertools, as the public layer of {language} has it, once")
        root = "python" if is_python else "nodejs"
        packages = folder / root
        packages.mkdir()
        if is_python:
            _pip(packages, lock)
        else:
            npm_ci(packages, lock.parent)
        (folder / "layer.zip").write_bytes(zipped(folder, left_out=("__pycache__/",)))

    version = sys.implementation.cache_tag if is_python else ""
    return (
        built_once(f"powertools-{name}-{digest_of(f'{lock.read_text()}{version}'.encode())}", build)
        / "layer.zip"
    )


def _pip(folder: Path, lock: Path) -> None:
    """Install for the Python that functions run on here, exactly what is listed."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-compile", "--no-warn-conflicts", "--target", str(folder), "-r", str(lock)]
    run_or_explain([*pip, *options], hint="connect to a package index once")
