"""Which refusals a class can answer with, read from the source of what it is made of."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache
from typing import TypeGuard

_CALLS = {"refusal", "refuse", "RefusedError"}
_NOT_DEFINED_BY = {"facts", "contracts", "check", "graph"}
"""Folders that define no construct."""


def refusals(subject: type) -> list[str]:
    """Return the refusals of a class and of what it calls and defines, as sentences."""
    found: dict[str, None] = {}
    waiting = [(each.__module__, each.__name__) for each in subject.__mro__ if _is_part(each.__module__)]
    if is_dataclass(subject):
        waiting += [(subject.__module__, each) for each in _takers(subject.__module__, subject.__name__)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        place = waiting.pop(0)
        if place not in seen:
            seen.add(place)
            found |= dict.fromkeys(_sentences(*place))
            waiting += _mentioned(*place)
    return list(found)


def _is_part(name: str) -> bool:
    parts = name.split(".")
    return parts[0] == "wellmade" and len(parts) > 1 and parts[1] not in _NOT_DEFINED_BY


@cache
def _sentences(module: str, name: str) -> list[str]:
    """Return what a function or the methods of a class refuse."""
    definition = _definitions(module).get(name)
    functions = [node for node in ast.walk(definition) if _is_function(node)] if definition else []
    found = [
        sentence
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) >= 5
        for sentence in _sentence(node, _texts_before(function, node))
    ]
    return [each for each in found if not each.startswith("…")]


@cache
def _mentioned(module: str, name: str) -> list[tuple[str, str]]:
    """Return what of ours a definition mentions outside of annotations, or where an import leads to."""
    if name not in _definitions(module):
        return [_imports(module)[name]] if name in _imports(module) else []
    names = dict.fromkeys(_names(_definitions(module)[name]))
    own = [(module, each) for each in names if each in _definitions(module)]
    return own + [_imports(module)[each] for each in names if each in _imports(module)]


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    for field, value in ast.iter_fields(node):
        if field not in {"annotation", "returns"}:
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, ast.AST):
                    yield from _names(each)


def _takers(module: str, options: str) -> list[str]:
    """Return what of a module mentions a class of options, in annotations too: those judge it."""
    return [
        name
        for name, definition in _definitions(module).items()
        if any(isinstance(node, ast.Name) and node.id == options for node in ast.walk(definition))
    ]


@cache
def _definitions(module: str) -> dict[str, ast.AST]:
    """Return the functions, classes and values of a module by name."""
    found: dict[str, ast.AST] = {}
    for node in _tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {each.id: node.value for each in node.targets if isinstance(each, ast.Name)}
    return found


@cache
def _imports(module: str) -> dict[str, tuple[str, str]]:
    """Return what of ours a module imports, by the name that it has there."""
    return {
        each.asname or each.name: (node.module, each.name)
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.ImportFrom) and node.module and _is_part(node.module)
        for each in node.names
    }


@cache
def _tree(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(importlib.import_module(module)))


def _is_function(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef)


def _texts_before(function: ast.FunctionDef, call: ast.Call) -> dict[str, str]:
    """Return what variables of a function hold at a call; of several assignments the last one before it."""
    assigned = [
        (node.lineno, target.id, node.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and node.lineno < call.lineno
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    return {name: _text(value, {}) for _, name, value in sorted(assigned, key=lambda each: each[0])}


def _sentence(call: ast.Call, texts: dict[str, str]) -> list[str]:
    arguments = [_text(each, texts) for each in call.args]
    if isinstance(call.func, ast.Name) and call.func.id == "require_between" and len(arguments) >= 6:
        _, option, _, low, high, fix = arguments[:6]
        return [f"{option} must be between {low} and {high}; {fix}"]
    if isinstance(call.func, ast.Name) and call.func.id in _CALLS:
        _, option, allowed, got, fix = arguments[:5]
        return [f"{option} must be {allowed}, got {got}; {fix}"]
    return []


def _text(node: ast.expr, texts: dict[str, str]) -> str:
    """Return an expression as text, with … for what is only known when it is raised."""
    match node:
        case ast.Constant(value=value):
            return str(value)
        case ast.JoinedStr(values=values):
            return "".join(_text(each, texts) for each in values)
        case ast.Name(id=name) if name in texts:
            return texts[name]
        case _:
            return "…"
