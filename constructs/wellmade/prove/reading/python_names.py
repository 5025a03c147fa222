"""Whose the names in Python modules are: the project's own, those of libraries, and those of sessions."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from wellmade.prove.code.syntax import syntax_of
from wellmade.prove.reading.python_expressions import last
from wellmade.prove.reading.python_foreign import foreign_names, is_foreign
from wellmade.prove.reading.python_given import session_names
from wellmade.prove.reading.python_objects import own_objects


@dataclass(frozen=True)
class Names:
    """Names by the last word of what they are of; one may be several."""

    own: AbstractSet[str]
    """Of functions and classes of the project."""
    libraries: AbstractSet[str]
    """Of what comes from elsewhere, and of what is made with it."""
    sessions: AbstractSet[str]
    """Of sessions of the SDK, which make clients of any service, and of the SDK."""
    objects: AbstractSet[str] = frozenset()
    """Of modules of the project, and of objects of its classes."""

    def may_be_own(self, owner: ast.AST) -> bool:
        """Tell whether what has a method may be the project's own: one of its modules or objects."""
        return last(owner.func) in self.own if isinstance(owner, ast.Call) else last(owner) in self.objects

    def is_own(self, function: ast.AST, name: str) -> bool:
        """Tell whether a call goes to the project's own code, and not to a library's method of that name.

        Args:
            function: What is called.
            name: Of what gets the arguments: a pool hands them on.
        """
        is_handed_on = name != last(function)
        return name in self.own and (is_handed_on or not is_foreign(function, self.libraries))


def names_of(trees: Mapping[Path, ast.Module], roots: Sequence[Path]) -> Names:
    """Return the names of modules, whose imports start from these folders."""
    own = own_names(trees.values())
    objects = own_objects(trees, roots, own)
    return Names(own, foreign_names(trees, roots), session_names(trees.values()), objects)


def aliases_in(trees: Iterable[ast.Module]) -> Iterator[tuple[str, str]]:
    """Yield the names under which modules import something from others, and what it is called at first."""
    nodes = [node for tree in trees for node in syntax_of(tree).imports if isinstance(node, ast.ImportFrom)]
    renamed = [(each.asname, each.name) for node in nodes for each in node.names if each.asname]
    originals: dict[str, set[str]] = {}
    for new, name in renamed:
        originals.setdefault(new, set()).add(name)
    for new in originals:
        every, waiting = {new}, [new]
        while waiting:
            further = originals.get(waiting.pop(), set()) - every
            every |= further
            waiting += further
        yield from ((new, name) for name in sorted(every - {new}))


def names_of_others(trees: Mapping[Path, ast.Module]) -> frozenset[str]:
    """Return the names that modules import from what is none of them."""
    own = {name for file in trees for name in (file.stem, file.parent.name)}
    return frozenset(
        each.asname or each.name.partition(".")[0]
        for tree in trees.values()
        for node in syntax_of(tree).imports
        if not getattr(node, "level", 0)
        for each in node.names
        if own.isdisjoint((getattr(node, "module", None) or each.name).split("."))
    )


def own_names(trees: Iterable[ast.Module]) -> frozenset[str]:
    """Return the names of the functions and classes of modules."""
    found = {"cls", "super"}
    for syntax in map(syntax_of, trees):
        found |= {each.name for each in syntax.classes}
        found |= {getattr(piece.node, "name", "") for piece in syntax.functions}
    return frozenset(found)
