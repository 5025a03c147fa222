"""A stack's module, changed so that its handlers and programs are the app's own."""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass

HANDLERS, PROGRAMS = "LAMBDA_SRC", "CONTAINER_SRC"


@dataclass(frozen=True, slots=True)
class _Change:
    """A piece of the source with what takes its place, in bytes, since `ast` counts those."""

    start: int
    end: int
    text: str


def own(source: str) -> str:
    """Return the module with paths below the app where ours names what travels with the library.

    `code="order_worker"` becomes the folder of all handlers with the one to call, or in Node.js the handler's
    own, `image="order_api"` the folder of the program, `migrations="order_api"` that of its migrations.
    """
    lines = source.encode().splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    changes = sorted(_changes(ast.parse(source), lines, starts), key=lambda each: -each.start)
    content = source.encode()
    for each in changes:
        content = content[: each.start] + each.text.encode() + content[each.end :]
    return _with_import(content.decode())


def _changes(tree: ast.AST, lines: list[bytes], starts: list[int]) -> Iterator[_Change]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for value, text in _of_call(node):
                yield _change(value, text, lines, starts)
        elif isinstance(node, ast.ImportFrom) and node.module == "wellmade.kit.packaging":
            last = node.end_lineno or node.lineno
            yield _Change(starts[node.lineno - 1], starts[last], "")


def _of_call(node: ast.Call) -> Iterator[tuple[ast.expr, str]]:
    """Yield the values of one call that change, each with its new text."""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    options = {each.arg: each.value for each in node.keywords}
    if name == "bundled_handlers":
        yield node, HANDLERS
    if name == "PythonFunction" and "code" in options:
        yield options["code"], f"{HANDLERS},\nhandler={_handler(options['code'])}"
    if name == "NodeFunction" and "code" in options:
        yield options["code"], f"{HANDLERS} / {_text(options['code'])}"
    named = options.get("migrations") if name == "MigrationFunction" else None
    if isinstance(named, ast.Constant) and isinstance(named.value, str):
        yield named, f'{PROGRAMS} / "{named.value}" / "migrations"'
    image = node.args[0] if name == "Container" and node.args else options.get("image")
    if isinstance(image, ast.Constant) and isinstance(image.value, str):
        yield image, f'{PROGRAMS} / "{image.value}"'


def _text(code: ast.expr) -> str:
    """Return a text as one writes it, with double quotes; else the expression."""
    return json.dumps(ast.literal_eval(code)) if isinstance(code, ast.Constant) else ast.unparse(code)


def _handler(code: ast.expr) -> str:
    if isinstance(code, ast.Constant) and isinstance(code.value, str):
        return f'"{code.value}.handler.handler"'
    return f'f"{{{ast.unparse(code)}}}.handler.handler"'


def _change(node: ast.expr, text: str, lines: list[bytes], starts: list[int]) -> _Change:
    line = lines[node.lineno - 1]
    indentation = line[: len(line) - len(line.lstrip())].decode()
    start = starts[node.lineno - 1] + node.col_offset
    end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
    return _Change(start, end, text.replace("\n", f"\n{indentation}"))


def _with_import(source: str) -> str:
    """Return a module that imports the folders which it names now, behind its other imports of the app."""
    used = [name for name in (PROGRAMS, HANDLERS) if name in source]
    if not used:
        return source
    lines = source.splitlines(keepends=True)
    after = [number for number, line in enumerate(lines, 1) if line.startswith("from stacks.")]
    place = (
        max(after) if after else next(n for n, line in enumerate(lines) if line.startswith("from wellmade"))
    )
    return "".join([*lines[:place], f"from stacks.sources import {', '.join(used)}\n", *lines[place:]])
