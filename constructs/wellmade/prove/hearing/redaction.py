"""What of a call may be written down: names and condition keys, never what is stored or sent, no secret."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wellmade.prove.calls import Call

_NAME = re.compile(r"[A-Za-z].*..")
"""No resource is called by a number, or by less than three characters."""

_PAYLOADS = {
    "Body", "Data", "Detail", "Message", "MessageBody", "MessageAttributes", "MessageStructure", "Payload",
    "PartiQLParameters", "Records", "Subject", "cause", "clientContext", "error", "input", "messages",
    "output", "taskToken", "Value", "Content", "RawMessage", "Template", "TemplateData", "Text", "system",
}  # fmt: skip
"""Parameters that no right depends on."""


def redacted(call: "Call") -> dict[str, Any]:
    """Return the parameters of a call without payloads, secrets and bytes; of these the type is kept."""
    secret = _sensitive(call.service, call.operation)
    return {name: _kept(name, value, secret) for name, value in call.parameters.items()}


def named_in(parameters: Mapping[str, Any]) -> set[str]:
    """Return the names in parameters: each text, and the last part of each ARN, URL and path."""
    found: set[str] = set()
    for text in _texts(parameters):
        found.add(text)
        if ":" in text or "/" in text:
            found.update(filter(None, re.split(r"[/:]", text)))
    return found


def is_name(variable: str, value: str, names: set[str]) -> bool:
    """Tell whether a variable holds a name that a call names, and nothing that is nobody's business."""
    secret = re.search(r"(?i)secret_?(access_?)?key|password|passwd|token|credential", variable)
    if secret or not _NAME.search(value) or variable.startswith(("AWS_", "PYTEST_")):
        return False
    last = re.split(r"[/:]", value)[-1]
    return value in names or (("arn:" in value or "://" in value) and last in names)


def _kept(name: str, value: Any, secret: frozenset[str]) -> Any:
    if name in _PAYLOADS or name in secret:
        return f"<{type(value).__name__}>"
    if name in ("Item", "ExpressionAttributeValues"):
        return _attributes(value)
    if isinstance(value, Mapping):
        return {str(key): _kept(str(key), each, secret) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_kept("", each, secret) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else f"<{type(value).__name__}>"


def _attributes(value: Any) -> Any:
    """Keep the names of an item's attributes, and of its values those that may be keys."""
    if not isinstance(value, Mapping):
        return f"<{type(value).__name__}>"
    return {str(name): _attribute(each) for name, each in value.items()}


def _attribute(value: Any) -> Any:
    if isinstance(value, str | int):
        return value
    if isinstance(value, Mapping) and len(value) == 1:
        [(kind, inner)] = value.items()
        if kind in ("S", "N") and isinstance(inner, str):
            return {kind: inner}
    return f"<{type(value).__name__}>"


@cache
def _sensitive(service: str, operation: str) -> frozenset[str]:
    """Return the parameters of an operation that AWS marks as secret, at whatever depth."""
    import botocore.session  # noqa: PLC0415 - only who records needs it

    session = botocore.session.get_session()
    if service not in session.get_available_services():
        return frozenset()
    model = session.get_service_model(service)
    if operation not in model.operation_names:
        return frozenset()
    return frozenset(_secret_members(model.operation_model(operation).input_shape, frozenset()))


def _secret_members(shape: Any, above: frozenset[str]) -> Iterator[str]:
    if shape is None or shape.name in above:
        return
    within = above | {shape.name}
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if member.metadata.get("sensitive") or member.type_name == "blob":
                yield name
            yield from _secret_members(member, within)
    elif shape.type_name == "list":
        yield from _secret_members(shape.member, within)
    elif shape.type_name == "map":
        yield from _secret_members(shape.value, within)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (str(key) for key in value)
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
