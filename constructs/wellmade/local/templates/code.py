"""The archive of a function's or a layer's code that a template names by a path."""

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.kit.packaging.build import function_archive
from wellmade.kit.packaging.declared import declared
from wellmade.kit.packaging.dependencies import installed
from wellmade.kit.packaging.files import File, files_of
from wellmade.kit.packaging.target import Architecture, Target
from wellmade.local.zipped import packed_files, zipped

_PASSED_OVER = (".git/", ".venv/", ".aws-sam/", "__pycache__/")
_PLAIN = "python"
_INSTALL = "npm install"


def packed(path: Path, place: str, properties: Mapping[str, Any], metadata: Mapping[str, Any]) -> bytes:
    """Return the archive; packages of a `requirements.txt` are installed into it.

    Raises:
        WellmadeError: If it must be built by a tool first, or its packages cannot be installed.
    """
    if path.is_file() and zipfile.is_zipfile(path):
        return path.read_bytes()
    folder = path if path.is_dir() else path.parent
    if ".aws-sam" not in folder.resolve().parts:
        _refuse_unbuilt(place, path, properties, metadata)
        if path.is_dir() and "Handler" not in properties and metadata.get("BuildMethod"):
            return _layer(path, place, properties, str(metadata["BuildMethod"]))
        if path.is_dir() and (path / "requirements.txt").exists() and "Handler" in properties:
            return _with_packages(path, place, properties)
    return _zipped(path)


def _refuse_unbuilt(
    place: str, path: Path, properties: Mapping[str, Any], metadata: Mapping[str, Any]
) -> None:
    method = metadata.get("BuildMethod", "")
    if isinstance(method, str) and method and not method.startswith(_PLAIN):
        raise WellmadeError(
            f"{place}: its code is built ({method}); run `sam build` and give .aws-sam/build/template.yaml"
        )
    runtime = str(properties.get("Runtime", ""))
    if runtime.startswith("nodejs") and _needs_install(path):
        raise WellmadeError(f"{place}: {path} has a package.json and no node_modules; run there: {_INSTALL}")


def _needs_install(path: Path) -> bool:
    package = path / "package.json"
    return (
        package.exists() and '"dependencies"' in package.read_text() and not (path / "node_modules").exists()
    )


def _with_packages(path: Path, place: str, properties: Mapping[str, Any]) -> bytes:
    runtime = str(properties.get("Runtime", ""))
    try:
        built = function_archive(
            path,
            handler=str(properties["Handler"]),
            python_version=runtime.removeprefix("python") or "3.13",
            architecture=_architecture(properties.get("Architectures")),
            has_layers=bool(properties.get("Layers")),
        )
    except ValueError as error:
        raise WellmadeError(f"{place}: {error}") from error
    return built.archive.read_bytes()


def _layer(path: Path, place: str, properties: Mapping[str, Any], method: str) -> bytes:
    """Return what `sam build` makes of a layer: code and packages in the folder that Python looks into."""
    architecture = _architecture(properties.get("CompatibleArchitectures"))
    target = Target(method.removeprefix(_PLAIN) or "3.13", architecture)
    try:
        packages = installed(declared(path, target), target, str(path))
        own = files_of(path, ignore=_PASSED_OVER, prefix=f"{_PLAIN}/")
        return packed_files([*own, *files_of(packages, prefix=f"{_PLAIN}/")])
    except ValueError as error:
        raise WellmadeError(f"{place}: {error}") from error


def _architecture(named: Any) -> Architecture:
    return "arm64" if isinstance(named, list) and named[:1] == ["arm64"] else "x86_64"


def _zipped(path: Path) -> bytes:
    if path.is_dir():
        return zipped(path, left_out=_PASSED_OVER)
    return packed_files([File(path.name, path, os.access(path, os.X_OK))])
