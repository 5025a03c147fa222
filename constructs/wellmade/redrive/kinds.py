"""What a message in a dead-letter queue is: one that failed on a queue, or what another service put there.

Sources: the pages of AWS on dead-letter queues of SQS, Lambda, SNS, EventBridge and EventBridge Scheduler.
"""

import json
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from wellmade.redrive.log_lines import plain
from wellmade.redrive.message import Message


class Kind(StrEnum):
    """How a message came into the dead-letter queue."""

    OWN = "own"
    """Given up by the queue that messages go back to."""
    OTHER_SOURCE = "other-source"
    """Given up by another queue."""
    LAMBDA_DESTINATION = "lambda-destination"
    """The envelope of an on-failure destination; the event is in it."""
    LAMBDA_EVENT = "lambda-event"
    """The event of an asynchronous invocation, from a function's dead-letter queue."""
    STREAM_POSITION = "stream-position"
    """Where in a stream the records are that a function gave up; the records are not in it."""
    SNS = "sns"
    """What a topic could not deliver, in the envelope of SNS."""
    EVENTBRIDGE = "eventbridge"
    """An event that a rule could not deliver."""
    SCHEDULER = "scheduler"
    """The input of a schedule that could not start its target."""
    NO_SOURCE = "no-source"
    """Sent here by somebody; nothing says who."""


def kind_of(message: Message, origin: str | None) -> Kind:
    """Tell the kind; `origin` is the queue (ARN) whose messages are wanted, None when that of any is."""
    if message.origin:
        return Kind.OWN if origin in {None, message.origin} else Kind.OTHER_SOURCE
    names = message.attributes.keys()
    if "TARGET_ARN" in names:
        return Kind.EVENTBRIDGE if "RULE_ARN" in names else Kind.SCHEDULER
    if {"RequestID", "ErrorCode"} <= names:
        return Kind.LAMBDA_EVENT
    return _kind_of_body(document(message.body))


def _kind_of_body(body: Mapping[str, Any]) -> Kind:
    context = body.get("requestContext")
    if isinstance(context, dict) and "functionArn" in context:
        if body.keys() & {"KinesisBatchInfo", "DDBStreamBatchInfo"}:
            return Kind.STREAM_POSITION
        if "requestPayload" in body:
            return Kind.LAMBDA_DESTINATION
    if body.get("Type") == "Notification" and isinstance(body.get("Message"), str) and "TopicArn" in body:
        return Kind.SNS
    if {"detail-type", "source", "detail"} <= body.keys():
        return Kind.EVENTBRIDGE
    return Kind.NO_SOURCE


def unwrapped(message: Message, kind: Kind) -> Message | str:
    """Return the message with what its envelope holds, or why that cannot be; others as they are."""
    body = document(message.body)
    if kind is Kind.STREAM_POSITION:
        return "it holds a position in a stream and no records; read them from the stream"
    if kind is Kind.LAMBDA_DESTINATION:
        return replace(message, body=_text(body["requestPayload"]))
    if kind is Kind.SNS:
        return replace(message, body=body["Message"], attributes=_attributes(body.get("MessageAttributes")))
    if kind is Kind.EVENTBRIDGE and "detail" in body:
        return replace(message, body=_text(body["detail"]), attributes={})
    if kind in {Kind.LAMBDA_EVENT, Kind.SCHEDULER}:
        return replace(message, attributes={})
    return message


def stated_reason(message: Message, kind: Kind) -> str | None:
    """Return why it failed where the message says so itself."""
    if kind in {Kind.EVENTBRIDGE, Kind.SCHEDULER}:
        return _joined(_value(message, "ERROR_CODE"), _value(message, "ERROR_MESSAGE"))
    if kind is Kind.LAMBDA_EVENT:
        return _joined(_value(message, "ErrorCode"), _value(message, "ErrorMessage"))
    if kind in {Kind.LAMBDA_DESTINATION, Kind.STREAM_POSITION}:
        body = document(message.body)
        answer = body.get("responsePayload")
        if isinstance(answer, dict) and answer.get("errorMessage"):
            return _joined(answer.get("errorType"), plain(answer["errorMessage"]))
        condition = body["requestContext"].get("condition")
        return str(condition) if condition else None
    return None


def document(body: str) -> Mapping[str, Any]:
    """Return a body that is a JSON object; an empty one for any other body, however deep or odd."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _value(message: Message, name: str) -> str:
    return str(message.attributes.get(name, {}).get("StringValue", ""))


def _joined(*parts: object) -> str | None:
    return ": ".join(" ".join(str(part).split()) for part in parts if part) or None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _attributes(given: object) -> Mapping[str, Mapping[str, Any]]:
    """Read the attributes of an SNS envelope, with the types that a topic knows."""
    if not isinstance(given, dict):
        return {}
    return {
        name: _attribute(value.get("Type"), str(value["Value"]))
        for name, value in given.items()
        if isinstance(value, dict) and value.get("Value")
    }


def _attribute(kind: object, value: str) -> Mapping[str, Any]:
    """Read one attribute; a binary one stands in an envelope in base64."""
    if kind == "Binary":
        try:
            return {"DataType": "Binary", "BinaryValue": b64decode(value, validate=True)}
        except (Base64Error, ValueError):  # no topic wrote this: it goes as it stands
            return {"DataType": "String", "StringValue": value}
    known = kind if kind in ("Number", "String.Array") else "String"
    return {"DataType": known, "StringValue": value}
