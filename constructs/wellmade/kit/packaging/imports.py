"""What a module imports, by its text alone: nothing is run."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a module."""

    name: str
    """The module, from the top of the archive; empty where a relative import leads above it."""
    also: tuple[str, ...]
    """What is taken from it, each of which may be a module too."""
    line: int
    is_optional: bool
    """Whether the module goes on where it fails: in a condition, or in a `try` that catches it."""
    text: str
    """As it is written."""


def imports_of(file: Path, module: str) -> list[Import]:
    """Return the imports of a file; those for type checkers alone are left out.

    Args:
        file: The file.
        module: Its name, from the top of the archive.

    Raises:
        SyntaxError: If this Python cannot read it.
    """
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    visitor = _Visitor(package)
    visitor.visit(parsed(file))
    return visitor.found


def parsed(file: Path) -> ast.Module:
    """Return a module as it is written.

    Raises:
        SyntaxError: If this Python cannot read it, also since it nests too deep.
    """
    try:
        return ast.parse(file.read_bytes(), filename=str(file))
    except (MemoryError, RecursionError) as error:
        raise SyntaxError("nested too deep", (str(file), 1, 0, "")) from error


class _Visitor(ast.NodeVisitor):
    def __init__(self, package: str) -> None:
        self.found: list[Import] = []
        self._package = package
        self._optional = 0

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._add(alias.name, (), node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        names = tuple(alias.name for alias in node.names if alias.name != "*")
        self._add(self._absolute(node), names, node)

    def visit_If(self, node: ast.If) -> None:
        if not _is_type_checking(node.test):
            self._visit_optional(node.body)
        self._visit_optional(node.orelse)

    def visit_Match(self, node: ast.Match) -> None:
        self._visit_optional(node.cases)

    def visit_Try(self, node: ast.Try | ast.TryStar) -> None:
        catches = any(_catches_import_error(handler) for handler in node.handlers)
        (self._visit_optional if catches else self._visit_all)(node.body)
        # What takes its place where it fails is needed no more than it is.
        self._visit_optional(node.handlers)
        self._visit_all([*node.orelse, *node.finalbody])

    visit_TryStar = visit_Try  # noqa: N815 - as `ast` calls it

    def visit_With(self, node: ast.With) -> None:
        suppresses = any(_suppresses_import_error(item.context_expr) for item in node.items)
        (self._visit_optional if suppresses else self._visit_all)(node.body)

    def _visit_all(self, nodes: Sequence[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)

    def _visit_optional(self, nodes: Sequence[ast.AST]) -> None:
        self._optional += 1
        for node in nodes:
            self.visit(node)
        self._optional -= 1

    def _add(self, name: str, also: tuple[str, ...], node: ast.stmt) -> None:
        self.found.append(Import(name, also, node.lineno, self._optional > 0, ast.unparse(node)))

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self._package.split(".") if self._package else []
        if len(parts) < node.level:
            return ""
        return ".".join([*parts[: len(parts) - node.level + 1], *([node.module] if node.module else [])])


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else test.id if isinstance(test, ast.Name) else ""
    return name == "TYPE_CHECKING"


def _catches_import_error(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    return caught is None or _names_import_error(caught.elts if isinstance(caught, ast.Tuple) else [caught])


def _suppresses_import_error(context: ast.expr) -> bool:
    return (
        isinstance(context, ast.Call)
        and ast.unparse(context.func) in ("suppress", "contextlib.suppress")
        and _names_import_error(context.args)
    )


def _names_import_error(kinds: Sequence[ast.expr]) -> bool:
    names = {kind.id for kind in kinds if isinstance(kind, ast.Name)}
    return bool(names & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
