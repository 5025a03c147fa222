"""Records the commands of the AWS SDK for JavaScript that a project's own tests make, whoever runs them.

`sdk_for_javascript.cjs` goes into each process of Node by `NODE_OPTIONS`: Jest, Vitest, Mocha and `node
--test` need no setting. Commands are heard where they are made; a command is taken for a call, and its region
for the function's own.
"""

import json
import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from wellmade.errors import WellmadeError
from wellmade.prove.calls import Call
from wellmade.prove.deployed.places import REGION
from wellmade.prove.hearing.redaction import is_name, named_in, redacted
from wellmade.prove.reading.script_names import CLIENTS, DOCUMENTS
from wellmade.prove.recordings import VERSION, fingerprint

HOOK = Path(__file__).with_name("sdk_for_javascript.cjs")
FOLDER = "WELLMADE_HEARD_CALLS"
"""Variable with the folder that the hook writes into."""
_FRAME = re.compile(r"^\s*at (?:async )?(?:(?P<function>.*) \()?(?P<file>[^()]+?):(?P<line>\d+):\d+\)?$")
_OWNER = re.compile(r"^(?:new |(?:Object|exports|module|Module|Runtime)\.)+")
"""What stands before the name of a function that belongs to a module."""


def hear(command: str, root: Path) -> dict[str, Any]:
    """Run a project's tests and return what they called, as a recording.

    Args:
        command: As one types it, such as `npx jest tests/unit`; no shell reads it.
        root: Folder of the project.

    Raises:
        WellmadeError: If there is no such program, or nothing was heard.
    """
    with tempfile.TemporaryDirectory() as folder:
        status = _run(command, Path(folder))
        document = heard(Path(folder), root)
    if not document["calls"]:
        raise WellmadeError(
            f"--node {command}: must make commands of the AWS SDK for JavaScript, version 3, and made none "
            f"(exit code {status}); run it alone to see why"
        )
    return {**document, "failed": [f"{command}: exit code {status}"] if status else []}


def heard(folder: Path, root: Path) -> dict[str, Any]:
    """Return what processes of Node wrote into a folder, as a recording.

    Args:
        folder: Which `WELLMADE_HEARD_CALLS` named for them.
        root: Of the project.
    """
    calls = {json.dumps(each, sort_keys=True): each for each in _calls(folder, root.resolve())}
    files = {file for each in calls.values() for file, _, _ in each["frames"]}
    return {
        "version": VERSION,
        "root": str(root.resolve()),
        "sources": {name: fingerprint(root / name) for name in sorted(files)},
        "calls": list(calls.values()),
        "variables": {},
        "failed": [],
    }


def _run(command: str, folder: Path) -> int:
    hook = json.dumps(
        str(HOOK), ensure_ascii=False
    )  # Node knows quotes and backslashes, and no other escapes
    options = f"{os.environ.get('NODE_OPTIONS', '')} --require {hook}".strip()
    environment = {**os.environ, "NODE_OPTIONS": options, FOLDER: str(folder)}
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command
            shlex.split(command), env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except (OSError, ValueError) as error:
        raise WellmadeError(f"--node must be a command with its arguments, got {command}: {error}") from error
    return done.returncode


def _calls(folder: Path, root: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text().splitlines():
            heard = json.loads(line)
            if frames := list(_frames(heard["stack"], root)):
                yield _entry(heard, frames)


def _entry(heard: Mapping[str, Any], frames: list[tuple[str, str, int]]) -> dict[str, Any]:
    call = _call(heard["library"], heard["command"].removesuffix("Command"), heard["input"])
    parameters = redacted(call)
    names = named_in(parameters)
    held = {name: value for name, value in heard["variables"].items() if is_name(name, value, names)}
    return {
        "service": call.service,
        "operation": call.operation,
        "parameters": parameters,
        "region": call.region,
        "default_region": True,
        "frames": frames,
    } | ({"variables": held} if held else {})


def _call(library: str, operation: str, parameters: Mapping[str, Any]) -> Call:
    if library == "lib-dynamodb":
        name = DOCUMENTS.get(f"{operation[:1].lower()}{operation[1:]}", operation)
        return Call("dynamodb", name, parameters, REGION)
    client = library.removeprefix("client-")
    return Call(CLIENTS.get(client, client), operation, parameters, REGION)


def _frames(stack: str, root: Path) -> Iterator[tuple[str, str, int]]:
    """Yield the functions of the project on a stack, the innermost first."""
    for line in stack.splitlines():
        found = _FRAME.match(line)
        file = _path(found["file"]) if found else Path()
        if found and file.is_relative_to(root):
            within = file.relative_to(root)
            if "node_modules" not in within.parts:
                yield within.as_posix(), _OWNER.sub("", found["function"] or ""), int(found["line"])


def _path(file: str) -> Path:
    return Path(unquote(urlsplit(file).path) if file.startswith("file:") else file)
