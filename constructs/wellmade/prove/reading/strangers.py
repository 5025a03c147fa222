"""Libraries that nobody here knows: each may have a client of its own, unless what is installed tells."""

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path

from wellmade.prove.code.python_imports import found
from wellmade.prove.code.python_modules import module_at
from wellmade.prove.code.script_imports import imported
from wellmade.prove.code.syntax import syntax_of
from wellmade.prove.reading import script_unread
from wellmade.prove.reading.libraries import harmless, known
from wellmade.prove.reading.sites import ANY, Unread

_SDK = {"aioboto3", "aiobotocore", "boto3", "botocore", "s3transfer"}
_QUIET = ("mypy_boto3_", "types_aiobotocore", "types_boto3")
"""How the names of types begin, which call nothing."""
_COMPILED = (".so", ".*.so", ".pyd", ".*.pyd", ".pyc", "/__init__.pyc", "/__init__.*.so")
_NAME = re.compile(r"[\w.-]+")
_OF_SCRIPTS = re.compile(r"@aws-sdk/|aws-sdk$|@smithy/signature")
_RUNTIME = {
    "assert", "async_hooks", "awslambda", "buffer", "child_process", "cluster", "console", "constants",
    "crypto",
    "dgram", "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2", "https", "inspector",
    "module", "net", "os", "path", "perf_hooks", "process", "punycode", "querystring", "readline", "repl",
    "stream", "string_decoder", "timers", "tls", "tty", "url", "util", "v8", "vm", "wasi", "worker_threads",
    "zlib",
}  # fmt: skip
"""Modules of Node itself."""


def of_python(file: Path, roots: Sequence[Path]) -> Iterator[Unread]:
    """Yield the libraries that a module imports and of which nobody knows what they call."""
    for name in dict.fromkeys(strange_imports(file, roots)):
        if may_call(name):
            yield Unread(file, 1, f"the library {name}", ANY)


def idle_imports(tree: ast.Module, used: AbstractSet[str]) -> frozenset[str]:
    """Return the libraries that a module imports for functions alone which the handler does not reach.

    Args:
        tree: The module.
        used: The names in all code that is reached.
    """
    syntax = syntax_of(tree)
    busy: set[str] = set()
    idle: set[str] = set()
    for node in syntax.imports:
        for each in node.names:
            library = (getattr(node, "module", None) or each.name).partition(".")[0]
            name = each.asname or each.name.partition(".")[0]
            # What nobody names is imported for what it does by itself.
            is_idle = name in syntax.whole.names and name not in used
            (idle if is_idle else busy).add(library)
    return frozenset(idle - busy)


def strange_imports(file: Path, roots: Sequence[Path]) -> Iterator[str]:
    """Yield the names of libraries that a module imports, without those that are known."""
    for each in module_at(file).imports:
        name = each.module.partition(".")[0]
        if not name or each.level or found(each.module, roots) or found(name, roots):
            continue
        if _is_compiled(name, tuple(roots)) or not (
            name in sys.stdlib_module_names
            or name in _SDK
            or name.startswith(_QUIET)
            or known(name, "imports")
            or harmless(name, "quiet imports")
        ):
            yield name


def of_imports(file: Path, names: Iterable[str], roots: Sequence[Path]) -> Iterator[Unread]:
    """Yield what a script imports that calls AWS by itself, or of which that is not known."""
    rows = list(script_unread.of_imports(file, names, roots))
    yield from rows
    own = {each.what.removeprefix("the module ") for each in rows}
    yield from of_scripts(file, [each for each in names if each not in own], roots)


def of_scripts(file: Path, names: Iterable[str], roots: Sequence[Path]) -> Iterator[Unread]:
    """Yield the packages that a script imports and of which nobody knows what they call."""
    for name, package in strange_packages(file, names, roots):
        if may_call_of_node(package, file.parent):
            yield Unread(file, 1, f"the package {name}", ANY)


def strange_packages(file: Path, names: Iterable[str], roots: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield what a script imports of packages that are not known, each with its package."""
    for name in dict.fromkeys(names):
        package = "/".join(name.split("/")[: 2 if name.startswith("@") else 1])
        is_local = name.startswith((".", "/", "~", "#", "@/")) or imported(file, name, roots)
        is_runtime = name.startswith("node:") or package in _RUNTIME
        is_known = known(name, "packages") or harmless(name, "quiet packages") or _OF_SCRIPTS.match(package)
        if package and not (is_local or is_runtime or is_known):
            yield name, package


@cache
def may_call(module: str) -> bool:
    """Tell whether a library may call AWS: it is not installed here, or needs the SDK."""
    waiting, seen = list(_distributions().get(module, ())), set()
    if not waiting or any(map(_may_take_the_sdk, waiting)):
        return True
    while waiting:
        name = waiting.pop()
        if name.lower() in _SDK:
            return True
        if name not in seen:
            seen.add(name)
            waiting += _needs(name)
    return False


@cache
def may_call_of_node(package: str, folder: Path) -> bool:
    """Tell whether a package may call AWS: it is not installed here, or it needs a package of the SDK."""
    waiting, seen = [package], set()
    while waiting:
        name = waiting.pop()
        file = _manifest(name, folder)
        if file is None:
            return True
        needs = _dependencies(file)
        if any(map(_OF_SCRIPTS.match, needs)):
            return True
        seen.add(name)
        waiting += [each for each in needs if each not in seen and not harmless(each, "quiet packages")]
    return False


def _manifest(package: str, folder: Path) -> Path | None:
    places = (above / "node_modules" / package / "package.json" for above in (folder, *folder.parents))
    return next((place for place in places if place.is_file()), None)


def _dependencies(file: Path) -> list[str]:
    try:
        document = json.loads(file.read_text())
        return [*document.get("dependencies", {}), *document.get("peerDependencies", {})]
    except (OSError, ValueError, AttributeError, TypeError):
        return ["aws-sdk"]  # nobody knows


def _may_take_the_sdk(distribution: str) -> bool:
    """Tell whether a library takes the SDK where it finds it; it is part of Lambda's Python."""
    return any(found[0].lower() in _SDK for each in _required(distribution) if (found := _NAME.match(each)))


def _needs(distribution: str) -> list[str]:
    needed = _required(distribution)
    return [found[0] for each in needed if "extra ==" not in each and (found := _NAME.match(each))]


def _required(distribution: str) -> list[str]:
    from importlib import metadata  # noqa: PLC0415 - takes 30 ms, and what was read before is kept

    try:
        return metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return []


@cache
def _distributions() -> dict[str, list[str]]:
    from importlib import metadata  # noqa: PLC0415 - as above

    return {name: list(dict.fromkeys(found)) for name, found in metadata.packages_distributions().items()}


@cache
def _is_compiled(name: str, roots: tuple[Path, ...]) -> bool:
    """Tell whether the code of a module lies in the project, but not as Python."""
    patterns = [f"{name}{suffix}" for suffix in _COMPILED]
    return any(any(root.glob(pattern)) for root in roots for pattern in patterns)
