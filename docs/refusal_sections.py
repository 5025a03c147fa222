"""Which refusals a class can answer with, read from the source of what it is made of."""

import ast
import importlib
import inspect
from functools import cache
from types import ModuleType

_CALLS = {"refusal", "refuse", "RefusedError"}


def refusals(subject: type) -> list[str]:
    """Return the refusals of a class and of the modules that it is made of, as sentences."""
    found: dict[str, None] = {}
    for module in _modules(subject):
        found |= dict.fromkeys(_of_module(module.__name__))
    return list(found)


def _modules(subject: type) -> list[ModuleType]:
    """Return the modules of a class and its bases, and those of our own that they import."""
    waiting = [each.__module__ for each in subject.__mro__ if each.__module__.startswith("wellmade.")]
    seen: dict[str, ModuleType] = {}
    while waiting:
        name = waiting.pop(0)
        if name not in seen and _is_part(name):
            seen[name] = importlib.import_module(name)
            waiting += _imports(name)
    return list(seen.values())


def _is_part(name: str) -> bool:
    return name.count(".") >= 2 and name.split(".")[1] not in {"facts", "contracts", "check", "graph"}


@cache
def _imports(name: str) -> list[str]:
    tree = ast.parse(inspect.getsource(importlib.import_module(name)))
    return [
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("wellmade.")
    ]


@cache
def _of_module(name: str) -> list[str]:
    tree = ast.parse(inspect.getsource(importlib.import_module(name)))
    found = []
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) >= 5:
                found += _sentence(node, _texts_before(function, node))
    return [each for each in found if not each.startswith("…")]


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
