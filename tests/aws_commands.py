"""Lines for the AWS CLI as calls of boto3: which service and operation, and what is asked, by AWS's own models."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import botocore.session
import jmespath
from botocore import xform_name
from botocore.model import OperationModel, Shape

_SERVICES = {"s3api": "s3"}
_OF_THE_CLI = ("output", "region")
_YES, _NO = "true", "false"
_session = botocore.session.get_session()


@dataclass(frozen=True)
class Call:
    """One line: `aws iam list-users --max-items 5`."""

    service: str
    method: str
    asks: Mapping[str, Any]
    query: str | None
    waits: bool = False

    def run(self, client: Any) -> Any:
        """Ask the service, or wait as `aws … wait` does; return what `--query` takes of the answer."""
        if self.waits:
            return client.get_waiter(self.method).wait(**self.asks)
        answer = getattr(client, self.method)(**self.asks)
        return jmespath.search(self.query, answer) if self.query else answer


def parsed(line: str) -> Call:
    """Read a line, with its variables filled in.

    Raises:
        ValueError: If the service has no such operation or option, or one is missing.
    """
    _, name, operation, *words = shlex.split(line)
    service, waits = _SERVICES.get(name, name), operation == "wait"
    if waits:
        operation, *words = words
    options = dict(_options(words))
    query = " ".join(options.pop("query", [])) or None
    for each in _OF_THE_CLI:
        options.pop(each, None)
    model = None if waits else _operation(service, operation)
    asks = _asked(model, options) if model else {_camel(key): value[0] for key, value in options.items()}
    return Call(service, operation.replace("-", "_"), asks, query, waits)


def _options(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    name, values = "", list[str]()
    for word in [*words, "--"]:
        if word.startswith("--"):
            if name:
                yield name, values
            name, values = word[2:], []
        else:
            values.append(word)


def _operation(service: str, operation: str) -> OperationModel:
    model = _session.get_service_model(service)
    for name in model.operation_names:
        if xform_name(name, "-") == operation:
            return model.operation_model(name)
    raise ValueError(f"{service} has no operation {operation}")


def _asked(model: OperationModel, options: Mapping[str, list[str]]) -> dict[str, Any]:
    shape = model.input_shape
    known = {xform_name(each, "-"): each for each in (shape.members if shape else {})}
    given = {}
    for name, values in options.items():
        positive = name.removeprefix("no-")
        member = known.get(name) or known.get(positive) or known.get(name.removesuffix("s"))
        if member is None or shape is None:
            raise ValueError(f"{model.name} takes no --{name}; it takes {', '.join(known)}")
        given[member] = _value(shape.members[member], values, positive=name == positive)
    missing = set(shape.required_members if shape else ()) - set(given)
    if missing:
        raise ValueError(f"{model.name} needs {', '.join(missing)}")
    return given


def _value(shape: Shape, words: list[str], *, positive: bool = True) -> Any:
    if words and words[0][:1] in "{[" and shape.type_name in {"structure", "map", "list"}:
        return json.loads(words[0])
    match shape.type_name:
        case "boolean":
            return positive if not words else words[0] == _YES
        case "integer" | "long":
            return int(words[0])
        case "list":
            return [_value(shape.member, [word]) for word in words]  # type: ignore[attr-defined]
        case "structure":
            pairs = (pair.partition("=")[::2] for pair in words[0].split(","))
            return {key: _value(shape.members[key], [text]) for key, text in pairs}  # type: ignore[attr-defined]
    return words[0]


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))
