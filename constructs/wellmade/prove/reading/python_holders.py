"""What holds the values that Python hands over: names, one by one, parameters with defaults, new objects."""

import ast
from collections.abc import Iterator

from wellmade.prove.code.syntax import methods_of
from wellmade.prove.reading.python_expressions import last


def held(target: ast.AST, value: ast.expr) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Yield each target of an assignment with its own value, as far as both are written one by one."""
    both = (ast.Tuple, ast.List)
    if isinstance(target, both) and isinstance(value, both) and len(target.elts) == len(value.elts):
        for one, its in zip(target.elts, value.elts, strict=True):
            yield from held(one, its)
    else:
        yield target, value


def defaults_of(function: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the parameters of a function that have a default, with it."""
    arguments = getattr(function, "args", None)
    if arguments is None:
        return
    by_place = [*arguments.posonlyargs, *arguments.args]
    yield from (
        (each.arg, value)
        for each, value in (
            *zip(by_place[len(by_place) - len(arguments.defaults) :], arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        )
        if value is not None
    )


def constructors_of(definition: ast.ClassDef) -> Iterator[ast.AST]:
    """Yield what takes the arguments of a class: its `__init__`, or itself where its fields do."""
    yield from (each for each in methods_of(definition) if getattr(each, "name", "") == "__init__")
    named = [each.func if isinstance(each, ast.Call) else each for each in definition.decorator_list]
    if "dataclass" in map(last, named) or "NamedTuple" in map(last, definition.bases):
        yield definition


def key_of(holder: ast.AST, name: str) -> str:
    """Return what a parameter is known by: within its function, or everywhere as a field."""
    return name if isinstance(holder, ast.ClassDef) else f"{id(holder)}:{name}"
