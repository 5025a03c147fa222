"""The syntax of Python modules, walked once; what is asked of a piece of it is a slice of that walk."""

import ast
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_TELLING = (
    ast.AnnAssign, ast.Assign, ast.AsyncFor, ast.Call, ast.For, ast.NamedExpr, ast.comprehension,
    ast.withitem,
)  # fmt: skip
_LEFT_OUT = ("arg", "attr", "ctx", "id", "kind", "module", "op", "ops", "type_comment", "type_ignores")
"""Fields that hold nothing that is asked for."""


_FIELDS: dict[str, tuple[str, ...]] = {
    name: tuple(each for each in kind._fields if each not in _LEFT_OUT)
    for name, kind in vars(ast).items()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
"""By kind of node the fields that may hold others."""


class Piece:
    """A part of a module: the module itself, a function, or a statement.

    Args:
        node: The part.
        nodes: It and everything within it, in the order of the source.
    """

    def __init__(self, node: ast.AST, nodes: Sequence[ast.AST]) -> None:
        self.node = node
        self.nodes = nodes

    @cached_property
    def names(self) -> frozenset[str]:
        """The names and attributes that stand in it."""
        words = [each.id for each in self.nodes if isinstance(each, ast.Name)]
        words += [each.attr for each in self.nodes if isinstance(each, ast.Attribute)]
        return frozenset(words)

    @cached_property
    def makes_objects(self) -> bool:
        """Whether one of its names begins as those of classes do."""
        return any(name[:1].isupper() for name in self.names)

    @cached_property
    def texts(self) -> tuple[ast.Constant, ...]:
        """The texts in it."""
        return tuple(
            each for each in self.nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)
        )

    @cached_property
    def members(self) -> frozenset[str]:
        """Of its names, those that stand behind a dot; in the body of a class, those without one as well."""
        if not isinstance(self.node, _Function):
            return self.names
        return frozenset(each.attr for each in self.nodes if isinstance(each, ast.Attribute))

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        """The calls in it."""
        return tuple(each for each in self.nodes if isinstance(each, ast.Call))

    @cached_property
    def attributes(self) -> tuple[ast.Attribute, ...]:
        """The attributes that are read in it, and not called."""
        called = {each.func for each in self.calls}
        return tuple(each for each in self.nodes if isinstance(each, ast.Attribute) and each not in called)

    @cached_property
    def telling(self) -> tuple[ast.AST, ...]:
        """What tells values: assignments, loops, `with` statements and calls that pass arguments by name."""
        return tuple(
            each
            for each in self.nodes
            if isinstance(each, _TELLING) and (each.__class__ is not ast.Call or each.keywords)
        )

    @cached_property
    def returned(self) -> tuple[ast.expr, ...]:
        """What it returns, or yields."""
        return tuple(
            each.value for each in self.nodes if isinstance(each, ast.Return | ast.Yield) and each.value
        )


class Syntax:
    """A module in pieces.

    Args:
        tree: The module.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._nodes: list[ast.AST] = []
        self._ends: dict[ast.AST, tuple[int, int]] = {}
        self._walk(tree)
        self.whole: Piece = Piece(tree, self._nodes)
        self.functions: tuple[Piece, ...] = tuple(
            self._piece(node) for node in self._nodes if isinstance(node, _Function)
        )
        self.nested: frozenset[ast.AST] = frozenset(
            node for piece in self.functions for node in piece.nodes[1:] if isinstance(node, _Function)
        )
        """The functions that stand in others."""
        self.methods: frozenset[ast.AST] = frozenset(
            method for node in self._nodes if isinstance(node, ast.ClassDef) for method in methods_of(node)
        )
        self.classes: tuple[ast.ClassDef, ...] = tuple(
            node for node in self._nodes if isinstance(node, ast.ClassDef)
        )
        self.imports: tuple[ast.Import | ast.ImportFrom, ...] = tuple(
            node for node in self._nodes if isinstance(node, ast.Import | ast.ImportFrom)
        )
        self.imported: frozenset[str] = frozenset(
            each.name for node in self.imports if isinstance(node, ast.ImportFrom) for each in node.names
        )
        """The names that it imports from other modules."""
        self.assignments: tuple[ast.Assign, ...] = tuple(
            node for node in self._nodes if isinstance(node, ast.Assign)
        )
        self.on_import: tuple[Piece, ...] = tuple(map(self._piece, _without_functions(tree)))
        self.of_program: tuple[Piece, ...] = tuple(map(self._piece, filter(_is_main, tree.body)))
        """What runs only where it is started as a program."""

    def _walk(self, tree: ast.AST) -> None:
        """Write down every node, and where what is within it ends; code may be too deep for recursion."""
        waiting: list[ast.AST | tuple[ast.AST, int]] = [tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, tuple):
                self._ends[node[0]] = node[1], len(self._nodes)
                continue
            waiting.append((node, len(self._nodes)))
            self._nodes.append(node)
            waiting += reversed(list(_children(node)))

    def _piece(self, node: ast.AST) -> Piece:
        start, end = self._ends[node]
        return Piece(node, self._nodes[start:end])


def _children(node: ast.AST) -> Iterator[ast.AST]:
    for name in _FIELDS[node.__class__.__name__]:
        value = getattr(node, name, None)
        if isinstance(value, list):
            yield from (each for each in value if isinstance(each, ast.AST))
        elif isinstance(value, ast.AST):
            yield value


@lru_cache(maxsize=4096)
def syntax_of(tree: ast.Module) -> Syntax:
    """Return a module in pieces."""
    return Syntax(tree)


def branches(value: ast.expr) -> list[ast.expr]:
    """Return the expressions of which one is the value."""
    if isinstance(value, ast.IfExp):
        return [value.body, value.orelse]
    if isinstance(value, ast.BoolOp):
        return value.values
    return [value]


def parameters_of(function: ast.AST) -> list[str]:
    """Return the names of positional parameters without `self`; of a class, the names of its fields."""
    if isinstance(function, ast.ClassDef):
        return [each.target.id for each in function.body
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)]  # fmt: skip
    arguments = getattr(function, "args", None)
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)] if arguments else []
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def methods_of(definition: ast.ClassDef) -> list[ast.AST]:
    """Return the methods that stand in a class."""
    return [each for each in definition.body if isinstance(each, _Function)]


def _without_functions(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements of a module and of its classes that run when it is imported."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _Function):
            yield from node.decorator_list
            # Defaults are made where the function is, whether anybody calls it or not.
            defaults = (*node.args.defaults, *node.args.kw_defaults)
            yield from (each for each in defaults if each and not isinstance(each, ast.Constant))
        elif isinstance(node, ast.ClassDef):
            yield from _without_functions(node)
        elif isinstance(node, ast.If) and _is_main(node):
            yield from node.orelse
        else:
            yield node


def _is_main(node: ast.AST) -> bool:
    match node:
        case ast.If(ast.Compare(ast.Name("__name__"), [ast.Eq()], [ast.Constant("__main__")])):
            return True
        case ast.If(ast.Compare(ast.Constant("__main__"), [ast.Eq()], [ast.Name("__name__")])):
            return True
    return False
