"""Gap: functions see the server's whole environment, and one that is busy outlives a killed server.

MiniStack runs a function as a process of its own interpreter and hands its own environment on.
"""

# ruff: noqa: SLF001 - mends replace private names of the pinned MiniStack; a test asserts that each exists

import os
import types
from collections.abc import Mapping

from ministack.core import lambda_runtime

# What Lambda gives besides what MiniStack sets, see "Defined runtime environment variables" in its guide.
_KEPT = ("PATH", "LANG", "TMPDIR")
_GIVEN = {"TZ": ":UTC", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}

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
_NODE_ORPHAN_GUARD = """{
const server = process.ppid;
setInterval(() => { if (process.ppid !== server) process.exit(1); }, 500).unref();
}
"""


def apply() -> None:
    """Run function processes with what Lambda gives and nothing else; end them when the server is gone."""
    own = lambda_runtime.subprocess
    lambda_runtime.subprocess = types.SimpleNamespace(
        Popen=lambda command, **options: own.Popen(
            command, **options | {"env": clean(options["env"], os.environ)}
        ),
        PIPE=own.PIPE,
        DEVNULL=own.DEVNULL,
        STDOUT=own.STDOUT,
    )
    lambda_runtime._PYTHON_WORKER_SCRIPT = _ORPHAN_GUARD + lambda_runtime._PYTHON_WORKER_SCRIPT
    lambda_runtime._NODEJS_WORKER_SCRIPT = _NODE_ORPHAN_GUARD + lambda_runtime._NODEJS_WORKER_SCRIPT


def clean(environment: Mapping[str, str], server: Mapping[str, str]) -> dict[str, str]:
    """Drop what came from the server itself and keep what the function was given."""
    own = {name: value for name, value in environment.items() if name in _KEPT or server.get(name) != value}
    return _GIVEN | own
