"""Which files a Python module imports, and what those import in turn, without running any of them."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from wellmade.prove.code.python_modules import Imported, module_at

_INSTALLED = {"node_modules", "site-packages"}


def files_of(entry: Path, roots: Sequence[Path]) -> frozenset[Path]:
    """Return a module with everything that it imports from the folders of the code.

    Args:
        entry: The module.
        roots: Folders that imports start from.
    """
    every = _closure(entry, tuple(roots))
    while any(module_at(file).changes_path for file in every) and (more := _folders_of_others(every, roots)):
        roots = [*roots, *more]
        every = _closure(entry, tuple(roots))
    return every


@lru_cache(maxsize=1024)
def _closure(entry: Path, roots: tuple[Path, ...]) -> frozenset[Path]:
    waiting, every = [entry], {entry}
    while waiting:
        file = waiting.pop()
        for imported in _imported(file, roots):
            if imported not in every:
                every.add(imported)
                waiting.append(imported)
    return frozenset(every)


def _folders_of_others(files: Iterable[Path], roots: Sequence[Path]) -> list[Path]:
    """Return the folders beneath the roots that have modules which are imported and lie in no root."""
    imports = [each for file in files for each in module_at(file).imports if each.module and not each.level]
    wanted = dict.fromkeys(each.module.partition(".")[0] for each in imports)
    wanted = {name: None for name in wanted if name not in sys.stdlib_module_names}
    lost = [name for name in wanted if not found(name, roots)]
    places = [place for root in roots for name in lost for place in _modules_beneath(root).get(name, ())]
    return [each for each in dict.fromkeys(places) if each not in roots]


@lru_cache(maxsize=256)
def _modules_beneath(root: Path) -> Mapping[str, list[Path]]:
    """Return the folders beneath a root by the names of the modules and packages in them."""
    found: dict[str, list[Path]] = {}
    for file in root.rglob("*.py"):
        if not _INSTALLED.intersection(file.parts):
            module = file.parent if file.name == "__init__.py" else file.with_suffix("")
            found.setdefault(module.name, []).append(module.parent)
    return found


@lru_cache(maxsize=8192)
def _imported(file: Path, roots: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return what a module imports itself; functions of one folder share most of their modules."""
    imported: dict[Path, None] = {}
    for each in module_at(file).imports:
        imported |= dict.fromkeys(
            _from(each, file, roots) if each.names or each.level else found(each.module, roots)
        )
    return tuple(imported)


def _from(each: Imported, file: Path, roots: Sequence[Path]) -> Iterator[Path]:
    if each.level:
        roots = (file.parents[each.level - 1],)
    if each.module:
        yield from found(each.module, roots)
    for name in each.names:
        yield from found(f"{each.module}.{name}".strip("."), roots)


def found(module: str, roots: Sequence[Path]) -> tuple[Path, ...]:
    """Return the file of a module and those of the packages that it lies in; none where no root holds it."""
    return _found(module, tuple(roots))


@lru_cache(maxsize=1 << 14)
def _found(module: str, roots: tuple[Path, ...]) -> tuple[Path, ...]:
    parts = module.split(".")
    # A folder of code may be imported by its own name: from where it lies, as tests do.
    for root in (*roots, *(each.parent for each in roots if each.name == parts[0])):
        base = root.joinpath(*parts)
        file = next(
            (each for each in (base.with_name(f"{base.name}.py"), base / "__init__.py") if each.is_file()),
            None,
        )
        if file:
            packages = (root.joinpath(*parts[:end], "__init__.py") for end in range(1, len(parts)))
            return (*(package.resolve() for package in packages if package.is_file()), file.resolve())
    return ()
