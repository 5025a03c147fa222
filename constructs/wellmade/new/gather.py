"""Which files of ours a stack needs: the modules that it imports, its handlers, its programs."""

import ast
from collections.abc import Iterator
from pathlib import Path

from wellmade.kit.packaging import bundled_handlers
from wellmade.kit.packaging.source import LOCKS, RUNTIME
from wellmade.new.shipped import programs, shipped

_NOT_COPIED = {"__pycache__"}


def modules(name: str) -> list[Path]:
    """Return the module of a stack, and those beside it that it imports."""
    found: list[Path] = []
    waiting = [name]
    while waiting:
        module = shipped("stacks") / f"{waiting.pop()}.py"
        if module not in found and module.is_file():
            found.append(module)
            imports = (each.split(".") for each in _imported(module))
            waiting += [parts[1] for parts in imports if parts[0] == "stacks" and len(parts) > 1]
    return sorted(found)


def handlers(sources: list[Path]) -> list[Path]:
    """Return the packages of handlers that modules name, with those that they import."""
    root = bundled_handlers()
    known = {each.name for each in root.iterdir() if any(each.glob("*.py")) or is_node(each)} - {RUNTIME}
    found: set[str] = set()
    waiting = _named(sources) & known
    while waiting - found:
        found |= waiting
        files = [file for name in waiting for file in (root / name).rglob("*.py")]
        waiting = {each.partition(".")[0] for file in files for each in _imported(file)} & known
    return [root / name for name in sorted(found)]


def is_node(folder: Path) -> bool:
    """Tell whether a folder holds a handler in Node.js."""
    return any(folder.glob("*.mjs"))


def containers(sources: list[Path]) -> list[Path]:
    """Return the folders of the programs that modules name."""
    named = _named(sources)
    return sorted(file.parent for file in programs().glob("*/Dockerfile") if file.parent.name in named)


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield all files below a folder by their paths from the folder above it."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not _NOT_COPIED & set(file.parts):
            yield file.relative_to(folder.parent).as_posix(), file.read_bytes()


def packages(folders: list[Path]) -> tuple[str, str]:
    """Return what handlers ask for and its lock, as one `requirements.in` and one `requirements.txt`."""
    root = bundled_handlers()
    found = {
        each.partition(".")[0]
        for folder in folders
        for file in folder.rglob("*.py")
        for each in _imported(file)
    }
    places = [root / LOCKS / name for name in sorted(found)] + [folder / "requirements" for folder in folders]
    locked = [place for place in places if place.with_suffix(".txt").is_file()]
    asked = (line for place in locked for line in _lines(place.with_suffix(".in")))
    pinned = (line for place in locked for line in _lines(place.with_suffix(".txt")))
    return "".join(asked), "".join(pinned)


def _lines(file: Path) -> list[str]:
    text = file.read_text(encoding="utf-8")
    return [line for line in text.splitlines(keepends=True) if not line.startswith("#")]


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _named(sources: list[Path]) -> set[str]:
    """Return every text of some modules; handlers and programs are named by theirs."""
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in sources]
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {node.value for node in nodes if isinstance(node.value, str)}
