"""What AWS answers, read with suspicion: an answer that is not as its API says counts as none.

Between this tool and AWS stand proxies, gateways, emulators. What they make up must not look like an empty
queue, and least of all like a message that was taken.
"""

import json
import re
from collections.abc import Mapping
from types import UnionType
from typing import Any
from xml.etree import ElementTree as ET

from botocore.exceptions import BotoCoreError

_WORD = re.compile(r"[!-~]{1,1024}")
_KINDS: dict[str, Any] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "integer": int,
    "long": int,
    "string": str,
    "blob": str,
}
MOST_PAGES_OF_NAMES = 1000
"""Pages of a list of queues or functions; an answer that never ends is none of AWS."""


class OddAnswerError(BotoCoreError):
    """An answer that is none of AWS: whether the call was done is not known."""

    fmt = (
        "{operation}: the answer must have {wanted}, got {got}; no AWS answers so: look at the proxy or the "
        "endpoint between"
    )


def watch(client: Any) -> Any:
    """Let a client raise OddAnswerError for bodies that are not of its service; return the client."""
    client.meta.events.register("before-parse", _look_at_body)
    return client


def _look_at_body(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    failed = response_dict["status_code"] >= 300
    if operation_model.has_streaming_output and not failed:
        return
    protocol, body = operation_model.service_model.resolved_protocol, response_dict["body"]
    if "json" in protocol:
        odd = _odd_json(body, None if failed else operation_model.output_shape)
    else:
        odd = _odd_xml(body) if "query" in protocol or "xml" in protocol else None
    if odd and not failed:
        wanted = "a body as its API has it"
        raise OddAnswerError(operation=operation_model.name, wanted=wanted, got=odd)
    if odd:  # an error page: the status alone counts
        response_dict["body"] = b"{}" if "json" in protocol else b"<ErrorResponse><Error/></ErrorResponse>"


def _odd_json(body: bytes, shape: Any) -> str | None:
    try:
        document = json.loads(body.decode() or "{}")
    except (ValueError, RecursionError):
        return shown(body.decode(errors="replace"))
    return None if _fits(document, shape) else shown(document)


def _odd_xml(body: bytes) -> str | None:
    try:
        ET.fromstring(body)  # noqa: S314 - as botocore does a moment later
    except ET.ParseError:
        return shown(body.decode(errors="replace"))
    return None


def _fits(value: Any, shape: Any) -> bool:
    """Tell whether a value of JSON has the form that the model of the service gives it."""
    if shape is None or value is None:
        return isinstance(value, dict) or shape is not None
    kind = shape.type_name
    if not isinstance(value, _KINDS.get(kind, object)):
        return False
    if kind == "structure":
        names = ((member.serialization.get("name", name), member) for name, member in shape.members.items())
        return all(_fits(value.get(name), member) for name, member in names)
    if kind == "list":
        return all(_fits(item, shape.member) for item in value)
    return kind != "map" or all(_fits(item, shape.value) for item in value.values())


def need(answer: Any, operation: str, name: str, kind: type | UnionType = str) -> Any:
    """Return a member that each answer of an operation has.

    Raises:
        OddAnswerError: If it is not there, or is something else.
    """
    found = answer.get(name) if isinstance(answer, Mapping) else None
    if not isinstance(found, kind) or found == "":
        raise OddAnswerError(operation=operation, wanted=name, got=shown(found))
    return found


def need_word(answer: Any, operation: str, name: str) -> str:
    """Return an id: printable, and without spaces.

    Raises:
        OddAnswerError: If it is none.
    """
    found = str(need(answer, operation, name))
    if not _WORD.fullmatch(found):
        raise OddAnswerError(operation=operation, wanted=name, got=shown(found))
    return found


def need_text(answer: Any, operation: str, name: str) -> str:
    """Return a text that can be sent: half a character, which JSON can hold, cannot.

    Raises:
        OddAnswerError: If it cannot.
    """
    found = str(need(answer, operation, name))
    try:
        found.encode()
    except UnicodeEncodeError as error:
        raise OddAnswerError(
            operation=operation, wanted=f"Unicode as {name}", got=ascii(found)[:100]
        ) from error
    return found


def check_number(found: Mapping[str, Any], operation: str, name: str, most: int) -> None:
    """Look at a number that SQS writes as text, where it is there.

    Raises:
        OddAnswerError: If it is none, or larger than it can be.
    """
    text = found.get(name, "0")
    if not (isinstance(text, str) and text.isascii() and text.isdecimal() and int(text[:20]) <= most):
        raise OddAnswerError(operation=operation, wanted=f"a number as {name}", got=shown(text))


def shown(value: object) -> str:
    """Return the beginning of what came, in one line."""
    text = " ".join((value if isinstance(value, str) else json.dumps(value, default=str)).split())
    if value is None or not text:
        return "nothing"
    return text if len(text) <= 100 else f"{text[:97]}..."
