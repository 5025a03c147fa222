"""Which files a Python module imports, and what those import in turn, without running any of them."""

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from wellmade.prove.code.python_aliases import without_aliases
from wellmade.prove.code.syntax import syntax_of


def files_of(entry: Path, roots: Sequence[Path]) -> frozenset[Path]:
    """Return a module with everything that it imports from the folders of the code.

    Args:
        entry: The module.
        roots: Folders that imports start from.
    """
    waiting, every = [entry], {entry}
    while waiting:
        file = waiting.pop()
        for imported in _imported(file, tuple(roots)):
            if imported not in every:
                every.add(imported)
                waiting.append(imported)
    return frozenset(every)


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
