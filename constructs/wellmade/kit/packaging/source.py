"""From what a user names to the folder, the module and the function that Lambda is to call."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import wellmade
from wellmade.kit.packaging.imports import parsed
from wellmade.kit.packaging.refused import refused

RUNTIME = "wellmade_runtime"
LOCKS = "requirements"
"""Folder with the locked packages of bundled code, each file called as it is imported."""


def bundled_handlers() -> Path:
    """Return the folder with the handlers that travel with this library."""
    library = Path(wellmade.__file__).parent
    installed = library / "_lambda_src"
    return installed if installed.is_dir() else library.parents[1] / "lambda_src"


def bundled_programs() -> Path:
    """Return the folder with the programs that travel with this library."""
    library = Path(wellmade.__file__).parent
    installed = library / "_container_src"
    return installed if installed.is_dir() else library.parents[1] / "container_src"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a function's code is."""

    folder: Path
    """Whose files travel."""
    is_bundled: bool
    module: str
    """Of the handler, from the top of the archive."""
    function: str

    @property
    def handler(self) -> str:
        """As Lambda names it."""
        return f"{self.module}.{self.function}"

    @property
    def prefix(self) -> str:
        """Before each name in the archive: bundled handlers are packages, one's own lie at the top."""
        return f"{self.folder.name}/" if self.is_bundled else ""

    @property
    def file(self) -> Path:
        """The handler's module."""
        root = self.folder.parent if self.is_bundled else self.folder
        path = root / self.module.replace(".", "/")
        return path / "__init__.py" if path.is_dir() else path.with_name(f"{path.name}.py")


def find(code: str | Path, handler: str | None) -> Source:
    """Return where code is.

    Args:
        code: Name of a bundled handler, or the path of one's own folder.
        handler: Module and function, such as `app.lambda_handler`. Default: `handler.handler`.

    Raises:
        ValueError: If there is no such code, module or function.
    """
    is_bundled = not isinstance(code, Path)
    folder = bundled_handlers() / code if isinstance(code, str) else code.absolute()
    if isinstance(code, str) and code not in _names():
        known = f"a pathlib.Path, or the name of a bundled handler: {', '.join(_names())}"
        fix = f"write Path({code!r}) for a folder of your own"
        raise refused(code, "code", known, repr(code), fix)
    default = f"{folder.name}.handler.handler" if is_bundled else "handler.handler"
    module, _, function = (default if handler is None else handler).replace("/", ".").rpartition(".")
    if not all(part.isidentifier() for part in (*module.split("."), function)):
        fix = 'write "<module>.<function>"'
        raise refused(folder, "handler", "a module and a function in it", repr(handler), fix)
    source = Source(folder, is_bundled, module, function)
    _refuse_missing(source)
    return source


def _names() -> list[str]:
    return sorted(path.parent.name for path in bundled_handlers().glob("*/handler.py"))


def _refuse_missing(source: Source) -> None:
    if not source.folder.is_dir():
        fix = "correct the path, which is relative to where the app is run"
        raise refused(source.folder, "code", "a folder", "no such folder", fix)
    if not source.file.is_file():
        fix = f"name the module and function that Lambda calls in handler, such as {_suggestion(source)}"
        raise refused(source.folder, "handler", "a module in this folder", repr(source.handler), fix)
    try:
        names = set(_bound(parsed(source.file).body))
    except SyntaxError:
        return  # what cannot be read here is judged with the imports
    if source.function not in names and "*" not in names:
        fix = f"define it, or name one of the module's functions in handler: {_functions(source.file)}"
        raise refused(source.file, "handler", "a function of this module", repr(source.function), fix)


def _suggestion(source: Source) -> str:
    """Return the handler that is most likely meant: the first function that takes an event and a context."""
    for file in sorted(source.folder.rglob("*.py")):
        parts = file.relative_to(source.folder).with_suffix("").parts
        if all(part.isidentifier() for part in parts) and (found := _handlers(file)):
            return ".".join((*parts, found[0]))
    return "app.lambda_handler"


def _handlers(file: Path) -> list[str]:
    try:
        body = parsed(file).body
    except SyntaxError:
        return []
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    return [node.name for node in functions if len(node.args.posonlyargs + node.args.args) == 2]


def _functions(file: Path) -> str:
    body = parsed(file).body
    return ", ".join(node.name for node in body if isinstance(node, ast.FunctionDef)) or "there is none"


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names that a module defines at its top, also within conditions; `*` where it takes all."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            yield from (each.id for each in ast.walk(node) if isinstance(each, ast.Name))
        else:
            yield from _bound(_statements(node))


def _statements(node: ast.stmt) -> list[ast.stmt]:
    """Return the statements directly within a statement: of an `if`, a `try`, a `with`, a loop."""
    blocks = [getattr(node, field, []) for field in ("body", "orelse", "finalbody")]
    handlers = [handler.body for handler in getattr(node, "handlers", [])]
    cases = [case.body for case in getattr(node, "cases", [])]
    return [statement for block in (*blocks, *handlers, *cases) for statement in block]
