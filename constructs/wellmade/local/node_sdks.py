"""The AWS SDKs that functions of Node find beside their code on Lambda, each installed once."""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from wellmade.console import err
from wellmade.local.toolchain import built_once, digest_of, npm_ci

_HERE = Path(__file__).parent


def node_sdk() -> Path:
    """Return the folder with the clients of version 3, which Lambda has since Node 18.

    Raises:
        WellmadeError: If they cannot be installed.
    """

    def trim(modules: Path) -> None:
        for name in ("dist-types", "dist-es"):
            _remove(modules.rglob(name))

    return _installed("node_sdk", trim)


def node_sdk_2() -> Path:
    """Return the folder with version 2, which Lambda had up to Node 16.

    Raises:
        WellmadeError: If it cannot be installed.
    """

    def trim(modules: Path) -> None:
        _remove([modules / "aws-sdk" / "dist", modules / "aws-sdk" / "dist-tools"])

    return _installed("node_sdk_2", trim)


def _installed(source: str, trim: Callable[[Path], None]) -> Path:
    def build(folder: Path) -> None:
        err.print("wellmade: installing the AWS SDK for Node functions once")
        npm_ci(folder, _HERE / source)
        trim(folder / "node_modules")

    digest = digest_of((_HERE / source / "package-lock.json").read_bytes())
    return built_once(f"{source.replace('_', '-')}-{digest}", build) / "node_modules"


def _remove(folders: Iterable[Path]) -> None:
    """Take out what nobody runs: types, sources, what browsers take."""
    for folder in list(folders):
        shutil.rmtree(folder, ignore_errors=True)
