"""Which files a Python module imports, and what those import in turn, without running any of them."""

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from wellmade.prove.code.python_aliases import without_aliases
from wellmade.prove.code.syntax import syntax_of

_INSTALLED = {"node_modules", "site-packages"}


def files_of(entry: Path, roots: Sequence[Path]) -> frozenset[Path]:
    """Return a module with everything that it imports from the folders of the code.

    Args:
        entry: The module.
        roots: Folders that imports start from.
    """
    every = _closure(entry, tuple(roots))
    while any(map(_changes_path, every)) and (more := _folders_of_others(every, roots)):
        roots = [*roots, *more]
        every = _closure(entry, tuple(roots))
    return every


def _closure(entry: Path, roots: tuple[Path, ...]) -> frozenset[Path]:
    waiting, every = [entry], {entry}
    while waiting:
        file = waiting.pop()
        for imported in _imported(file, roots):
            if imported not in every:
                every.add(imported)
                waiting.append(imported)
    return frozenset(every)


def _changes_path(file: Path) -> bool:
    """Tell whether a module may let imports start from more folders: it names `sys.path`, or `addsitedir`."""
    tree = tree_of(file)
    names = syntax_of(tree).whole.names if tree else frozenset()
    return {"sys", "path"} <= names or "addsitedir" in names


def _folders_of_others(files: Iterable[Path], roots: Sequence[Path]) -> list[Path]:
    """Return the folders beneath the roots that have modules which are imported and lie in no root."""
    wanted: dict[str, None] = {}
    for tree in filter(None, map(tree_of, files)):
        for node in syntax_of(tree).imports:
            names = (
                [each.name for each in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
            outer = [name.partition(".")[0] for name in names if name and not getattr(node, "level", 0)]
            wanted |= dict.fromkeys(name for name in outer if name not in sys.stdlib_module_names)
    lost = [name for name in wanted if not found(name, roots)]
    places = [
        each.parents[len(Path(pattern).parts) - 1]
        for root in roots
        for name in lost
        for pattern in (f"{name}.py", f"{name}/__init__.py")
        for each in root.rglob(pattern)
        if not _INSTALLED.intersection(each.parts)
    ]
    return [each for each in dict.fromkeys(places) if each not in roots]


@lru_cache(maxsize=4096)
def tree_of(file: Path) -> ast.Module | None:
    """Return the syntax of a file; None if it is no Python that this version reads."""
    try:
        source = file.read_bytes()
        return without_aliases(ast.parse(source), source)
    except (SyntaxError, ValueError):
        return None


@lru_cache(maxsize=8192)
def _imported(file: Path, roots: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return what a module imports itself; functions of one folder share most of their modules."""
    tree = tree_of(file)
    imported: dict[Path, None] = {}
    for node in syntax_of(tree).imports if tree else ():
        if isinstance(node, ast.Import):
            imported |= {each: None for name in node.names for each in found(name.name, roots)}
        else:
            imported |= dict.fromkeys(_from(node, file, roots))
    return tuple(imported)


def _from(node: ast.ImportFrom, file: Path, roots: Sequence[Path]) -> Iterator[Path]:
    if node.level:
        roots = (file.parents[node.level - 1],)
    module = node.module or ""
    if module:
        yield from found(module, roots)
    for name in node.names:
        yield from found(f"{module}.{name.name}".strip("."), roots)


def found(module: str, roots: Sequence[Path]) -> tuple[Path, ...]:
    """Return the file of a module and those of the packages that it lies in; none where no root holds it."""
    return _found(module, tuple(roots))


@lru_cache(maxsize=1 << 14)
def _found(module: str, roots: tuple[Path, ...]) -> tuple[Path, ...]:
    for root in roots:
        parts = module.split(".")
        base = root.joinpath(*parts)
        file = next(
            (each for each in (base.with_name(f"{base.name}.py"), base / "__init__.py") if each.is_file()),
            None,
        )
        if file:
            packages = (root.joinpath(*parts[:end], "__init__.py") for end in range(1, len(parts)))
            return (*(package.resolve() for package in packages if package.is_file()), file.resolve())
    return ()
