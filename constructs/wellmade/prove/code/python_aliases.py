"""Python as if nobody had renamed what makes clients, loads code or starts programs.

`import boto3 as b`, `from boto3 import client as make` and `getattr(boto3, "client")` are written out as
`boto3`, `boto3.client` and `boto3.client`: whoever reads the module then asks for one name.
"""

import ast
import re
from collections.abc import Iterator, Mapping

from wellmade.prove.reading.libraries import libraries

RENAMED = {
    "aioboto3": ("Session", "session"),
    "asyncio": ("create_subprocess_exec", "create_subprocess_shell"),
    "boto3": ("DEFAULT_SESSION", "Session", "client", "resource", "session"),
    "botocore": ("session",),
    "builtins": ("__import__", "eval", "exec"),
    "cloudpickle": ("load", "loads"),
    "ctypes": ("CDLL", "PyDLL", "cdll"),
    "dill": ("load", "loads"),
    "importlib": ("import_module", "metadata", "util"),
    "joblib": ("load",),
    "marshal": ("load", "loads"),
    "os": (
        "execl", "execle", "execlp", "execlpe", "execv", "execve", "execvp", "execvpe", "popen",
        "posix_spawn", "posix_spawnp", "spawnl", "spawnle", "spawnlp", "spawnlpe", "spawnv", "spawnve",
        "spawnvp", "spawnvpe", "system",
    ),
    "pickle": ("Unpickler", "load", "loads"),
    "pty": ("spawn",),
    "runpy": ("run_module", "run_path"),
    "subprocess": ("Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput", "run"),
}  # fmt: skip
"""Modules, and what is imported from them that matters here; of the sessions of an SDK it is all."""
_OF_LIBRARIES = (
    *libraries()["calls"], "AppConfigStore", "DynamoDBPersistenceLayer", "RequestSigner", "UNSIGNED",
    "get_parameter", "get_parameters", "get_secret", "parameters",
)  # fmt: skip
"""What libraries have that calls AWS, whatever it is called where it is imported."""
_LOOK_ALIKE = re.compile(rb"\b(?:" + "|".join(_OF_LIBRARIES).encode() + rb")\s+as\b")
_LOOK = re.compile(
    rb"\bgetattr\b|\b(?:import|from)\s+(?:" + "|".join(RENAMED).encode() + rb")\b[^\n]*(?:\bas\b|\bimport\b)"
)


def without_aliases(tree: ast.Module, source: bytes) -> ast.Module:
    """Return a module whose names are those of what they were imported from.

    Args:
        tree: Its syntax, which is changed.
        source: What it was read from.
    """
    if not _LOOK.search(source) and not _LOOK_ALIKE.search(source):
        return tree
    aliases = dict(_aliases(tree))
    _Renaming(aliases).visit(tree)
    return tree


def _aliases(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield names with what they stand for, as it is written with its module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                if each.asname and each.name.partition(".")[0] in RENAMED:
                    yield each.asname, each.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from _imported(node, node.module)


def _imported(node: ast.ImportFrom, module: str) -> Iterator[tuple[str, str]]:
    wanted = RENAMED.get(module.partition(".")[0], ())
    if module in ("aioboto3.session", "boto3.session", "botocore.session"):
        wanted = ("Session", "get_session")
    for each in node.names:
        if each.name == "*":
            yield from ((name, f"{module}.{name}") for name in wanted)
        elif each.name in wanted:
            yield each.asname or each.name, f"{module}.{each.name}"
        elif each.asname and each.name in _OF_LIBRARIES:
            yield each.asname, each.name


class _Renaming(ast.NodeTransformer):
    """Writes aliases out, and `getattr` of a name that is told as an attribute."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._aliases = aliases

    def visit_Name(self, node: ast.Name) -> ast.expr:
        meant = self._aliases.get(node.id)
        if meant is None or not isinstance(node.ctx, ast.Load):
            return node
        first, *attributes = meant.split(".")
        found: ast.expr = ast.copy_location(ast.Name(first, ast.Load()), node)
        for each in attributes:
            found = ast.copy_location(ast.Attribute(found, each, ast.Load()), node)
        return found

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(ast.Name("getattr"), [owner, ast.Constant(str(name)), *_]):
                return ast.copy_location(ast.Attribute(owner, name, ast.Load()), node)
        return node
