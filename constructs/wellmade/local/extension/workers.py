"""Gap: functions see the server's whole environment and files, and a busy one outlives a killed server.

MiniStack runs a function as a process of its own interpreter and hands its own environment on.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import functools
import os
import shutil
import sys
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime, node_pool
from ministack.services import lambda_svc

from . import data_stores, isolation, node_sdks
from .cells import bundles, endings, listening

# What Lambda gives besides what MiniStack sets, see "Defined runtime environment variables" in its guide.
_KEPT = ("PATH", "LANG")
_GIVEN = {
    "TZ": ":UTC",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",  # else Python asks for sync-127.0.0.1, which is nowhere
}

_ORPHAN_GUARD = """
def _end_with_the_server():
    import os, threading, time
    server = os.getppid()

    def watch():
        while os.getppid() == server:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


_end_with_the_server()
"""
_AT_HOME = f'{listening.IN_PYTHON}_listen_at_home("127.0.0.1")\n'
_NODE_ORPHAN_GUARD = """{
const server = process.ppid;
setInterval(() => { if (process.ppid !== server) process.exit(1); }, 500).unref();
const dns = require("dns"), lookup = dns.lookup;  // its SDK puts prefixes before every host
dns.lookup = (name, ...rest) => lookup(String(name).replace(/^[a-z-]+-(?=127\\.0\\.0\\.1$)/, ""), ...rest);
}
"""


_CODE_IN_PYTHON = ('code_dir = init["code_dir"]', 'code_dir = os.environ["LAMBDA_TASK_ROOT"]')
_CODE_IN_NODE = (
    "const { code_dir, module: modPath, handler: handlerName, env } = msg;",
    "const code_dir = process.env.LAMBDA_TASK_ROOT, { module: modPath, handler: handlerName, env } = msg;",
)
"""A worker is told where its code is; confined, it finds it where Lambda has it."""
_KEYS_OF_SDK_2 = (
    """accessKeyId: process.env.AWS_ACCESS_KEY_ID || "test",
      secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY || "test",
""",
    'signatureVersion: "v4",\n',
)
"""It leads version 2 of the SDK here with keys that lack the session's token; the SDK finds all three."""


def apply() -> None:
    """Run function processes with what Lambda gives and nothing else; end them when the server is gone."""
    own = lambda_runtime.subprocess
    lambda_runtime.subprocess = types.SimpleNamespace(
        Popen=functools.partial(_start, endings.CellProcess),
        PIPE=own.PIPE,
        DEVNULL=own.DEVNULL,
        STDOUT=own.STDOUT,
    )
    # It starts runtimes that an app brings along itself, where a function is durable.
    lambda_svc.subprocess = types.SimpleNamespace(
        Popen=functools.partial(_start, endings.CellProcess), PIPE=own.PIPE, TimeoutExpired=own.TimeoutExpired
    )
    python, node = lambda_runtime._PYTHON_WORKER_SCRIPT, lambda_runtime._NODEJS_WORKER_SCRIPT
    lambda_runtime._PYTHON_WORKER_SCRIPT = _ORPHAN_GUARD + _AT_HOME + replaced(python, *_CODE_IN_PYTHON)
    lambda_runtime._NODEJS_WORKER_SCRIPT = (
        _NODE_ORPHAN_GUARD
        + listening.FOR_NODE.read_text()
        + replaced(replaced(node, *_CODE_IN_NODE), *_KEYS_OF_SDK_2)
    )
    # What MiniStack evaluates for GraphQL and for distributions is the app's code, too.
    node_pool.subprocess = types.SimpleNamespace(
        Popen=functools.partial(_start_evaluation, endings.CellProcess),
        run=own.run,
        PIPE=own.PIPE,
        TimeoutExpired=own.TimeoutExpired,
    )


def replaced(script: str, old: str, new: str) -> str:
    """Replace what must be there exactly once.

    Raises:
        RuntimeError: If it is not, because a new MiniStack does it another way.
    """
    if script.count(old) != 1:
        raise RuntimeError(f"MiniStack's worker no longer has what the extension replaces: {old}")
    return script.replace(old, new)


def _start(popen: Callable[..., Any], command: list[str], **options: Any) -> Any:
    """Start a function's process in a cell; its files are beside its code and end with it."""
    code = Path(options["cwd"])
    folder = code.parent if code.name == "code" else isolation.own_folder()
    own = folder / "own"
    own.mkdir()
    layers = _merged_layers(folder, code)
    bundles.link_all(folder.glob("code.zip"), code)
    if layers:
        bundles.link_all(sorted(folder.glob("layer_*.zip"), reverse=True), layers)
    shown = {str(code): isolation.CODE}
    if len(command) > 1:
        shown[command[1]] = f"{isolation.RUNTIME}/{Path(command[1]).name}"
    if layers:
        shown[str(layers)] = isolation.LAYERS
    if command[-1].endswith(".py"):
        shown[str(_language(folder))] = isolation.LANGUAGE
    sdk = node_sdks.sdk_for(options["env"], folder) if command[-1].endswith(".js") else None
    if sdk:
        shown[str(sdk)] = "/node_modules"  # where modules that are imported look last, and required ones, too
    cell = isolation.Cell(own, shown, _databases(options["env"]), _storage(options["env"]))
    environment = clean(options.pop("env"), os.environ)
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
    environment |= {
        "LAMBDA_TASK_ROOT": cell.inside(str(code)),
        "LAMBDA_RUNTIME_DIR": cell.inside(isolation.RUNTIME),
        "HOME": cell.inside(str(own)),
        "TMPDIR": cell.inside(str(own)),
    }
    if layers:
        root = cell.inside(str(layers))
        environment |= {
            "_LAMBDA_LAYERS_DIRS": root,
            "NODE_PATH": f"{root}/nodejs/node_modules:{root}/nodejs",
            "PATH": f"{environment['PATH']}:{root}/bin",
            "LD_LIBRARY_PATH": f"{isolation.CODE}/lib:{root}/lib",
        }
    options["cwd"] = os.environ["TMPDIR"]
    if Path(command[0]).name == "node":
        command = [command[0], "--disable-warning=DEP0169", *command[1:]]  # of the worker's own script
    return popen(cell.command(command, str(code)), env=environment, **options)


def _language(folder: Path) -> Path:
    """Return a folder with this Python by the names that scripts of layers use; Debian has no `python`."""
    programs = folder / "lang" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "python3", f"python3.{sys.version_info.minor}"):
        (programs / name).symlink_to(Path(sys.executable).resolve())
    return programs.parent


def _databases(environment: Mapping[str, str]) -> list[str]:
    """Return the folders of the databases that a function is told of: it connects by their sockets."""
    told = environment.values()
    return [each for each in data_stores.folders() if any(value.startswith(each) for value in told)]


def _storage(environment: Mapping[str, str]) -> int:
    """Return how many megabytes a function may put into /tmp."""
    function = lambda_svc._functions.get(environment.get("AWS_LAMBDA_FUNCTION_NAME", "")) or {}
    return int(function.get("config", {}).get("EphemeralStorage", {}).get("Size", 512))


def _start_evaluation(popen: Callable[..., Any], command: list[str], **options: Any) -> Any:
    own = isolation.own_folder()
    environment = {"PATH": os.environ["PATH"], "HOME": isolation.FILES}
    return popen(isolation.Cell(own, {}).command(command, str(own)), env=environment, **options)


def _merged_layers(folder: Path, code: Path) -> Path | None:
    """Lay the layers over each other, as /opt is; the same files, at no cost."""
    layers = sorted(folder.glob("layer_*/"), key=lambda layer: int(layer.name.partition("_")[2]))
    if not layers:
        return None
    merged = folder / "opt"
    for layer in layers:
        shutil.copytree(layer, merged, symlinks=True, dirs_exist_ok=True, copy_function=_link)
    modules = code / "node_modules"
    for link in modules.iterdir() if modules.is_dir() else ():
        target = link.readlink() if link.is_symlink() else None
        if target and target.is_relative_to(folder):  # MiniStack's own, for modules that are imported
            link.unlink()
            inside = Path(*target.relative_to(folder).parts[1:])
            root = Path(isolation.LAYERS) if "root" not in isolation.refused() else merged
            link.symlink_to(root / inside)
    return merged


def _link(source: str, target: str) -> None:
    Path(target).unlink(missing_ok=True)
    os.link(source, target, follow_symlinks=False)


def clean(environment: Mapping[str, str], server: Mapping[str, str]) -> dict[str, str]:
    """Drop what came from the server itself and keep what the function was given."""
    own = {name: value for name, value in environment.items() if name in _KEPT or server.get(name) != value}
    return _GIVEN | own
