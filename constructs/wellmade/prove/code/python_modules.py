"""What a Python module says of itself: what it imports, what it defines, and what its reading depends on."""

from ast import Import
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from wellmade.prove.code.kept import content_of, kept
from wellmade.prove.code.python_aliases import RENAMED
from wellmade.prove.code.python_trees import tree_of
from wellmade.prove.code.syntax import Syntax, syntax_of

_STARTS = {
    "Popen", "__import__", "create_subprocess_exec", "create_subprocess_shell", "entry_points", "exec_module",
    "import_module", "import_string", "iter_entry_points", "load_module", "module_from_spec", "pty",
    "resolve_name", "run_module", "run_path", "subprocess", "subprocess_exec", "subprocess_shell",
    *RENAMED["os"],
}  # fmt: skip


class Imported(NamedTuple):
    """A module that is imported, or one that names are imported from."""

    module: str
    names: tuple[str, ...] = ()
    """What is imported from it; nothing where it is imported itself."""
    level: int = 0


class Module(NamedTuple):
    """What a module says of itself."""

    imports: tuple[Imported, ...] = ()
    defines: frozenset[str] = frozenset()
    """The names of its functions and classes."""
    changes_path: bool = False
    """Whether it may let imports start from more folders: it names `sys.path`, or `addsitedir`."""
    starts: bool = False
    """Whether it may load or start what only other files tell."""


@lru_cache(maxsize=8192)
def module_at(file: Path) -> Module:
    """Return what a module says of itself; nothing if it is no Python that this version reads."""
    store, key = kept(), f"module:{content_of(file)}"
    if store and (found := store.find(key)):
        imports, defines, changes_path, starts = found
        every = tuple(Imported(module, tuple(names), level) for module, names, level in imports)
        return Module(every, frozenset(defines), changes_path, starts)
    module = _read(file)
    if store:
        store.keep(key, [module.imports, sorted(module.defines), module.changes_path, module.starts])
    return module


def _read(file: Path) -> Module:
    tree = tree_of(file)
    if tree is None:
        return Module()
    syntax = syntax_of(tree)
    names = syntax.whole.names
    return Module(
        tuple(_imports(syntax)),
        frozenset(node.name for node in tree.body if hasattr(node, "name")),
        {"sys", "path"} <= names or "addsitedir" in names,
        not names.isdisjoint(_STARTS),
    )


def _imports(syntax: Syntax) -> Iterator[Imported]:
    for node in syntax.imports:
        names = tuple(each.name for each in node.names)
        if isinstance(node, Import):
            yield from map(Imported, names)
        else:
            yield Imported(node.module or "", names, node.level)
