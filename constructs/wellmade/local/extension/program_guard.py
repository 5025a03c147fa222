"""A program in Python starts so that it ends with the server, and listens at its own address alone."""

import re
import sys
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from .cells.listening import IN_PYTHON

_GUARD = f"""
{IN_PYTHON}
import os, runpy, sys, threading, time
server = os.getppid()
def watch():
    while os.getppid() == server:
        time.sleep(0.5)
    os._exit(1)
threading.Thread(target=watch, daemon=True).start()
_listen_at_home(os.environ["HOST"])
kind, program = sys.argv.pop(1), sys.argv.pop(1)
if kind == "module":
    runpy.run_module(program, run_name="__main__", alter_sys=True)
else:
    sys.argv[0] = program
    sys.path.insert(0, os.path.dirname(os.path.abspath(program)))
    runpy.run_path(program, run_name="__main__")
"""
"""Each task has a loopback address of its own; a program that listens on all would take the others'."""

_FLAG = re.compile("-[bBdOqsuv]+")
"""Options of Python that take no value, such as `-u`, which many images write to see lines at once."""


def guarded(command: list[str], packages: Sequence[str] = ()) -> list[str]:
    """Run a program in Python so that it ends with the server, however that ends."""
    first, *rest = command
    start = [sys.executable, "-P", "-c", _GUARD]
    if re.fullmatch(r"python[\d.]*", Path(first).name):
        flags = list(takewhile(_FLAG.fullmatch, rest))
        start[1:1], rest = flags, rest[len(flags) :]
        if rest[:1] == ["-m"]:
            return [*start, "module", *rest[1:]]
        named = bool(rest) and not rest[0].startswith("-")
        return [*start, "file", *rest] if named else [sys.executable, *flags, *rest]
    script = next((found for each in packages if (found := Path(each, "bin", first)).exists()), None)
    return [*start, "file", str(script), *rest] if script else command
