"""What Python loads or starts by a value: code and commands that no line tells."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from wellmade.prove.code.python_imports import found
from wellmade.prove.code.syntax import Piece
from wellmade.prove.reading.libraries import libraries
from wellmade.prove.reading.python_expressions import last, named
from wellmade.prove.reading.python_foreign import SDK, root
from wellmade.prove.reading.sites import ANY, Unread

_LOADERS = {
    "CDLL", "ExtensionFileLoader", "LoadLibrary", "PyDLL", "SourcelessFileLoader", "Unpickler",
    "load_dynamic", "zipimporter",
    "__import__", "entry_points", "exec_module", "import_module", "iter_entry_points", "load_module",
    "module_from_spec", "import_string", "resolve_name", "run_module", "run_path",
}  # fmt: skip
_EVALUATE = {"eval", "exec"}
_UNPICKLE = {"load", "loads"}
_PICKLES = {"cloudpickle", "dill", "joblib", "marshal", "pickle"}
"""Modules that make code, or objects of any class, of bytes."""
_MODULES = ("asyncio", "os", "pty", "subprocess")
_OF_LOOPS = {"subprocess_exec", "subprocess_shell"}
_STARTS = {
    "Popen", "call", "check_call", "check_output", "create_subprocess_exec", "create_subprocess_shell",
    "execl", "execle", "execlp", "execlpe", "execv", "execve", "execvp", "execvpe", "getoutput",
    "getstatusoutput", "popen", "posix_spawn", "posix_spawnp", "run", "spawn", "spawnl", "spawnle", "spawnlp",
    "spawnlpe", "spawnv", "spawnve", "spawnvp", "spawnvpe", "subprocess_exec", "subprocess_shell", "system",
}  # fmt: skip
_NAMES = _LOADERS | _EVALUATE | _UNPICKLE | _STARTS
_AWS = re.compile(r"(?:^|[\s;&|/(`])(?:aws|s3cmd|s5cmd|rclone)(?:\s|$)")
_RUNS_MORE = re.compile(r"(?:^|/)(?:python[\d.]*|node|npx|uv|(?:ba)?sh|sam|cdk|terraform|kubectl)(?:\s|$)")
"""Programs that run what they are given."""


def of_programs(
    file: Path, piece: Piece, roots: Sequence[Path], calls_nothing: Callable[[str], bool]
) -> Iterator[Unread]:
    """Yield what code loads or starts that may call AWS: its command line, or what no line tells.

    Args:
        file: Where the code stands.
        piece: The code.
        roots: Folders that the project's imports start from.
        calls_nothing: Tells of a module of the project that it calls nothing when it is started.
    """
    if piece.names.isdisjoint(_NAMES):
        return
    imports = {call.func for call in piece.calls if _names_library(call, roots)}
    for node in piece.nodes:
        if isinstance(node, ast.Name | ast.Attribute) and _loads(node) and node not in imports:
            yield Unread(file, node.lineno, f"what {last(node)} loads", ANY, heard=False)
    for call in piece.calls:
        if (
            last(call.func) in _STARTS
            and (root(call.func) in _MODULES or last(call.func) in _OF_LOOPS)
            and (what := _started(call, calls_nothing, roots))
        ):
            yield Unread(file, call.lineno, what, ANY, heard=False)


def _loads(node: ast.Name | ast.Attribute) -> bool:
    """Tell whether a name is of what loads code, whether it is called here or kept."""
    name = last(node)
    if name in _EVALUATE:
        return isinstance(node, ast.Name) or last(node.value) == "builtins"
    if name in _UNPICKLE:
        return isinstance(node, ast.Attribute) and last(node.value) in _PICKLES
    return name in _LOADERS


def _started(call: ast.Call, calls_nothing: Callable[[str], bool], roots: Sequence[Path]) -> str:
    """Return what a call starts that may call AWS; empty if a text tells another program."""
    if last(call.func) == "run" and root(call.func) == "asyncio":
        return ""
    first = call.args[0] if call.args else named(call, "args")
    words = _words(first)
    if any(map(_AWS.search, filter(None, words))):
        return "the command line of AWS"
    if words[1:2] == ["-m"] and words[2:] and calls_nothing(words[2] or ""):
        return ""
    program = words[0] if words else None
    if program and any((base / program.removeprefix("/var/task/")).is_file() for base in roots):
        return f"the program {program}"
    return "" if program and not _RUNS_MORE.search(program) else "a program that a value names"


def _names_library(call: ast.Call, roots: Sequence[Path]) -> bool:
    """Tell whether a call loads a module of a library that calls nothing by itself: an import, written so."""
    if last(call.func) not in ("__import__", "import_module") or not call.args:
        return False
    package, dot, _ = (_words(call.args[0])[0] or "").partition(".")
    is_told = package.isidentifier() and (dot or isinstance(call.args[0], ast.Constant))
    is_known = package in SDK or package in libraries()["imports"]
    return bool(is_told and not is_known and not found(package, roots))


def _words(command: ast.expr | None) -> list[str | None]:
    """Return the words of a command; None for each that is not told."""
    if isinstance(command, ast.List | ast.Tuple):
        return [word for each in command.elts for word in _words(each)]
    if isinstance(command, ast.JoinedStr):
        return [word for each in command.values for word in _words(each)]
    if isinstance(command, ast.BinOp):
        return [*_words(command.left), *_words(command.right)]
    return [command.value if isinstance(command, ast.Constant) and isinstance(command.value, str) else None]
