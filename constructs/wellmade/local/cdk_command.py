"""The command line that runs CDK 2: of this project, on PATH, or installed once."""

import functools
import json
import os
import re
import shutil
import subprocess
from importlib import resources
from pathlib import Path

from wellmade.console import err
from wellmade.local.toolchain import built_once, digest_of, npm_ci, path_with_node

_HERE = Path(__file__).parent
_HEEDS_ENDPOINTS = (2, 177)
"""Since then the CDK command line asks at AWS_ENDPOINT_URL, whatever it asks."""


def cdk_command() -> list[str]:
    """Return the command line that runs CDK 2: of this project, else on PATH, else installed once.

    One that is older than 2.177 is passed over, since it would ask the real AWS, and so is one that cannot
    read what the project's aws-cdk-lib synthesizes: version 3, or one that is older than the library.

    Raises:
        WellmadeError: If there is none and it cannot be installed.
    """
    folders = (Path.cwd(), *Path.cwd().parents)
    least = max(_HEEDS_ENDPOINTS, *(_least_reader(folder / "node_modules") for folder in folders))
    for folder in folders:
        if (local := folder / "node_modules/.bin/cdk").exists() and _is_of_use(str(local), least):
            return [str(local)]
    if (found := shutil.which("cdk")) and _is_of_use(found, least):
        return [found]
    source = _toolchain_folder()
    name = f"cdk-{digest_of((source / 'package-lock.json').read_bytes())}"
    return [str(built_once(name, lambda folder: _build_cdk(folder, source)) / "node_modules/.bin/cdk")]


def _least_reader(modules: Path) -> tuple[int, int]:
    """Return the oldest command line that reads what the library in a project's folder synthesizes."""
    schema = Path("@aws-cdk/cloud-assembly-schema/cli-version.json")
    for file in (modules / schema, modules / "aws-cdk-lib/node_modules" / schema):
        if file.exists() and (found := _numbers(str(json.loads(file.read_text()).get("version")))):
            return found
    return (0, 0)


def _numbers(version: str) -> tuple[int, int] | None:
    found = re.match(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else None


@functools.cache
def _is_of_use(cdk: str, least: tuple[int, int]) -> bool:
    version = _version_of(cdk)
    found = _numbers(version)
    is_of_use = found is not None and least <= found < (3, 0)
    if found and not is_of_use:
        why = (
            "it asks the real AWS"
            if least == _HEEDS_ENDPOINTS
            else "it cannot read what this app synthesizes"
        )
        err.print(
            f"wellmade: cdk {version.split()[0]} is passed over: below {'.'.join(map(str, least))} {why}, "
            "3 reads no CDK 2"
        )
    return is_of_use


def _version_of(cdk: str) -> str:
    """Return what its package says; without one, what it says itself, which takes a second."""
    package = Path(cdk).resolve().parents[1] / "package.json"
    said = json.loads(package.read_text()) if package.exists() else {}
    if said.get("name") == "aws-cdk":
        return str(said["version"])
    environment = {**os.environ, "PATH": path_with_node(), "CDK_DISABLE_CLI_TELEMETRY": "true"}
    result = subprocess.run(  # noqa: S603 - found on PATH or in the project
        [cdk, "--version"], capture_output=True, text=True, env=environment, check=False
    )
    return result.stdout if result.returncode == 0 else ""


def _toolchain_folder() -> Path:
    """Return where package.json and its lock are: inside the wheel, or at the top of a checkout."""
    packaged = Path(str(resources.files("wellmade"))) / "local" / "_toolchain"
    return packaged if packaged.exists() else _HERE.parents[2]


def _build_cdk(folder: Path, source: Path) -> None:
    err.print("Installing the CDK command line, once …")
    npm_ci(folder, source)
