"""What `pytest --record-calls` wrote."""

import hashlib
import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from wellmade.errors import WellmadeError
from wellmade.prove.calls import Call
from wellmade.prove.deployed.places import REGION
from wellmade.prove.stacks_of_calls import Frame, Stacks

VERSION = 2
_HALF = re.compile(r"\\u[dD](?:[89abAB]..\\u[dD][c-fC-F]..|([89a-fA-F]))")
"""A character in two halves, or half of one, which no text can hold alone."""


@dataclass(frozen=True)
class Recorded:
    """A call of some test."""

    call: Call
    frames: tuple[Frame, ...] = ()
    """The functions of the project that made it, the innermost first."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that were set then and hold a name that the call names."""
    function: str = ""
    """Logical id or name of the function that made it, where no test did: the local cloud knows."""
    at_home: bool = False
    """Whether it went to the region that is set, which is the function's own where it is deployed."""


class Unread(NamedTuple):
    """Something that a function called, of which not all is known."""

    function: str
    """Its id."""
    what: str
    reason: str


@dataclass(frozen=True)
class Recordings:
    """All calls of a run of tests."""

    calls: Sequence[Recorded] = ()
    variables: Mapping[Path, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    """By file of the project the variables that it read, as far as calls name what they hold."""
    failed: Sequence[str] = ()
    """Tests that failed."""
    witness: str = "tests"
    """Who heard the calls: `tests` or `local cloud`."""
    account: str = ""
    """The account that ARNs in the calls name; empty if it is any."""
    names: Mapping[str, str] = field(default_factory=dict)
    """By id of a resource what it was called where the calls were heard; empty if variables alone tell."""
    unread: Sequence[Unread] = ()
    """Requests that were heard and not understood."""
    changed: frozenset[Path] = frozenset()
    """Files of code that are not as they were when the calls were recorded."""


def read(file: Path, here: Path | None = None) -> Recordings:
    """Return what was recorded.

    Args:
        file: The recording.
        here: Folder of the project that it is compared with. Default: the one that it was recorded in.

    Raises:
        WellmadeError: If the file cannot be read as a recording, or is of another project.
    """
    try:
        content = file.read_text()
        document = json.loads(content)
        if any(found[1] for found in _HALF.finditer(content)):
            json.dumps(document, ensure_ascii=False).encode()
        root = _root(document, here)
        if root is None:
            raise WellmadeError(
                f"{file}: must be of this folder's code, got one of {document['root']}; record it again here"
            )
        return of({**document, "root": str(root)})
    except OSError as error:
        raise WellmadeError(
            f"{file}: {error.strerror}; write it with pytest --record-calls {shlex.quote(str(file))}"
        ) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise WellmadeError(
            f"{file}: is no recording; write it with pytest --record-calls {shlex.quote(str(file))}"
        ) from error


def of(document: Mapping[str, Any]) -> Recordings:
    """Return the recordings that a document holds.

    Raises:
        ValueError: If it is of another version.
    """
    if document["version"] != VERSION:
        raise ValueError(document["version"])
    if not isinstance(document["calls"], list):
        raise TypeError(document["calls"])
    root = Path(document["root"])
    variables = {root / name: _variables(read) for name, read in document["variables"].items()}
    stacks = Stacks(root, document.get("stacks", ()))
    calls = [_recorded(entry, stacks) for entry in document["calls"]]
    return Recordings(
        calls,
        variables,
        document.get("failed", ()),
        document.get("witness", "tests"),
        document.get("account", ""),
        document.get("names", {}),
        [Unread(**entry) for entry in document.get("unread", ())],
        frozenset(_changed(root, document)),
    )


def fingerprint(file: Path) -> str:
    """Return what tells the content of a file from any other; empty if there is none."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16] if file.is_file() else ""


def _changed(root: Path, document: Mapping[str, Any]) -> Iterator[Path]:
    for name, was in document.get("sources", {}).items():
        if fingerprint(root / name) != was:
            yield root / name


def _root(document: Mapping[str, Any], here: Path | None) -> Path | None:
    """Return the folder of the code that was recorded: this one too, if it has the same; None if neither."""
    root = Path(document["root"])
    made, place = root.resolve(), (here or root).resolve()
    if place == made or place in made.parents or made in place.parents:
        return root
    return place if document.get("sources") and not any(_changed(place, document)) else None


def merged(documents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what several processes recorded as one document."""
    calls = {json.dumps(call, sort_keys=True): call for each in documents for call in each["calls"]}
    variables: dict[str, dict[str, list[str]]] = {}
    for each in documents:
        for file, read in each["variables"].items():
            for name, values in read.items():
                known = variables.setdefault(file, {}).setdefault(name, [])
                known.extend(value for value in values if value not in known)
    failed = sorted({name for each in documents for name in each.get("failed", ())})
    sources = {name: was for each in documents for name, was in each.get("sources", {}).items()}
    root = documents[0]["root"] if documents else str(Path.cwd())
    return {
        "version": VERSION,
        "root": root,
        "calls": list(calls.values()),
        "variables": variables,
        "failed": failed,
        "sources": sources,
    }


def moved(recorded: Recorded, account: str, to: str, region: str) -> Call:
    """Return a call with account and region that it was made in taken for those that are deployed to."""
    call = recorded.call
    if recorded.at_home and call.region != region:
        call = replace(call, region=region)
    return replace(call, parameters=_renamed(call.parameters, account, to)) if account else call


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return new if value == old else value.replace(f":{old}:", f":{new}:")
    if isinstance(value, Mapping):
        return {key: _renamed(each, old, new) for key, each in value.items()}
    return [_renamed(each, old, new) for each in value] if isinstance(value, list) else value


def packed(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a recording to be written: each stack once, and with each call its place among these."""
    places: dict[str, int] = {}
    stacks: list[Any] = []
    calls = []
    for call in document["calls"]:
        stack = json.dumps(call["frames"])
        if stack not in places:
            places[stack] = len(stacks)
            stacks.append(call["frames"])
        calls.append({**call, "frames": places[stack]})
    return {**document, "calls": calls, "stacks": stacks}


def _recorded(entry: Mapping[str, Any], stacks: Stacks) -> Recorded:
    service, operation, parameters = entry["service"], entry["operation"], entry["parameters"]
    at_home = bool(entry.get("default_region"))
    region = REGION if at_home else entry["region"]
    endpoint = entry.get("endpoint") or ""
    texts = service, operation, region, endpoint
    if not all(isinstance(each, str) for each in texts) or not isinstance(parameters, dict):
        raise TypeError(entry)
    call = Call(service, operation, parameters, region, endpoint)
    frames = stacks.of(entry.get("frames", ()))
    return Recorded(call, frames, entry.get("variables", {}), entry.get("function", ""), at_home)


def _variables(read: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    for values in read.values():
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            raise TypeError(values)
    return read
