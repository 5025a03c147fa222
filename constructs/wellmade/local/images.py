"""Images without a container engine: the directory that one would be built from, and how to run it.

Only what running takes is read off the Dockerfile: what its last stage copies from the directory, where it
works, which variables it sets, and the command.
"""

import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from wellmade.console import err
from wellmade.errors import WellmadeError
from wellmade.local.assembly import Stack, images_of
from wellmade.local.toolchain import built_once, data_stores, digest_of, run_or_explain

_DATA_STORES = {"AWS::RDS::DBProxy", "AWS::ElastiCache::ReplicationGroup"}


@dataclass
class Recipe:
    """The last stage of a Dockerfile."""

    copies: list[tuple[str, str]] = field(default_factory=list)
    """From where in the directory to where in the image; a target that ends in a slash is a folder."""
    environment: dict[str, str] = field(default_factory=dict)
    directory: str = "/"
    command: list[str] = field(default_factory=list)


def keep_image(scratch: Path, tag: str, source: Path, dockerfile: str = "Dockerfile") -> None:
    """Lay out an image below `scratch`, with its packages, for the embedded AWS to run.

    Raises:
        WellmadeError: If the Dockerfile has no command in exec form, or packages cannot be installed.
    """
    file = source / dockerfile
    recipe = read(file)
    root = scratch / "images" / tag
    shutil.rmtree(root, ignore_errors=True)
    for origin, target in recipe.copies:
        into = target.endswith("/")
        for found in sorted(source.glob(origin.lstrip("/"))) if origin.strip("./") else [source]:
            _copy(found, root / target.strip("/"), into=into)
    directory = root / recipe.directory.lstrip("/")
    directory.mkdir(parents=True, exist_ok=True)
    paths = [
        str(root / path.lstrip("/")) for path in recipe.environment.get("PYTHONPATH", "").split(":") if path
    ]
    requirements = source / "requirements.txt"
    packages = [str(_packages(requirements, recipe.command[-1]))] if requirements.exists() else []
    paths += packages
    kept = {name: value for name, value in recipe.environment.items() if name not in {"PATH", "PYTHONPATH"}}
    program = {
        "root": str(root),
        "packages": packages,
        "directory": str(directory),
        "command": recipe.command,
        "environment": {**kept, "PYTHONPATH": os.pathsep.join(paths)},
    }
    (scratch / "images" / f"{tag}.json").write_text(json.dumps(program))


def keep_images(scratch: Path, stacks: Sequence[Stack]) -> None:
    """Keep the images of stacks; where one has a database or a cache, tell the embedded AWS of a real one."""
    for stack in stacks:
        for tag, (directory, dockerfile) in images_of(stack).items():
            keep_image(scratch, tag, directory, dockerfile)
        if _DATA_STORES & {resource["Type"] for resource in stack.template.get("Resources", {}).values()}:
            (scratch / "data-stores").write_text(str(data_stores()))


def publish_no_images(stacks: Sequence[Stack]) -> None:
    """Take images out of what the CDK command line publishes: it would look for an engine to build them."""
    for stack in stacks:
        if stack.assets_file:
            manifest = json.loads(stack.assets_file.read_text())
            stack.assets_file.write_text(json.dumps({**manifest, "dockerImages": {}}))


def read(dockerfile: Path) -> Recipe:
    """Read the last stage of a Dockerfile.

    Raises:
        WellmadeError: If there is no command, or it is not in exec form.
    """
    recipe, entry = Recipe(), list[str]()
    for instruction, rest in _instructions(dockerfile.read_text()):
        match instruction:
            case "FROM":
                recipe, entry = Recipe(), []
            case "COPY" if not rest.startswith("--from"):
                *origins, target = [word for word in shlex.split(rest) if not word.startswith("--")]
                place = str(PurePosixPath(recipe.directory) / target)
                folder = len(origins) > 1 or target.endswith(("/", "."))
                recipe.copies += [(origin, f"{place}/" if folder else place) for origin in origins]
            case "WORKDIR":
                recipe.directory = str(PurePosixPath(recipe.directory) / rest)
            case "ENV":
                pairs = (word.partition("=") for word in shlex.split(_with_equals(rest)))
                recipe.environment |= {name: value for name, _, value in pairs}
            case "ENTRYPOINT":
                entry, recipe.command = _exec_form(rest), []
            case "CMD":
                recipe.command = _exec_form(rest)
    recipe.command = [*entry, *recipe.command]
    if not recipe.command:
        raise WellmadeError(f'{dockerfile}: CMD must be in exec form, as in CMD ["python", "-m", "program"]')
    return recipe


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\s*\n", " ", "\n".join(lines))
    for line in filter(None, map(str.strip, joined.splitlines())):
        instruction, _, rest = line.partition(" ")
        yield instruction.upper(), rest.strip()


def _with_equals(rest: str) -> str:
    """Read the older `ENV name value` as `ENV name="value"`."""
    name, space, value = rest.partition(" ")
    return f"{name}={shlex.quote(value)}" if space and "=" not in name else rest


def _exec_form(rest: str) -> list[str]:
    try:
        words = json.loads(rest)
    except ValueError:
        return []
    return [str(word) for word in words]


def _copy(origin: Path, target: Path, *, into: bool) -> None:
    if origin.is_dir():
        ignored = shutil.ignore_patterns("__pycache__", ".venv", ".git")
        shutil.copytree(origin, target, dirs_exist_ok=True, ignore=ignored)
    else:
        (target if into else target.parent).mkdir(parents=True, exist_ok=True)
        shutil.copy2(origin, target / origin.name if target.is_dir() else target)


def _packages(requirements: Path, program: str) -> Path:
    """Return the folder with a program's packages, installed once for each content of its requirements."""
    version = sys.implementation.cache_tag or ""

    def build(folder: Path) -> None:
        err.print(f"wellmade: installing the packages of {program} once")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--no-warn-conflicts", "--target", str(folder), "-r", str(requirements)]
        run_or_explain(command, hint="connect to a package index once")

    return built_once(f"program-{digest_of(requirements.read_bytes() + version.encode())}", build)
