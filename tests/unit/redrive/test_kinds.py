"""What other services put into a dead-letter queue, as their pages show it."""

import json
from typing import Any

import pytest

from wellmade.redrive.kinds import Kind, kind_of, stated_reason, unwrapped
from wellmade.redrive.message import Message

OURS = "arn:aws:sqs:eu-west-1:123456789012:orders"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders:$LATEST"
DESTINATION = {
    "version": "1.0",
    "requestContext": {
        "functionArn": FUNCTION,
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    },
    "requestPayload": {"order": 7},
    "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
    "responsePayload": {"errorMessage": "no such order", "errorType": "KeyError"},
}
POSITION = {
    "requestContext": {"functionArn": FUNCTION, "condition": "RetryAttemptsExhausted"},
    "KinesisBatchInfo": {"shardId": "shardId-000000000001", "batchSize": 500},
}
NOTIFICATION = {
    "Type": "Notification",
    "TopicArn": "arn:aws:sns:eu-west-1:123456789012:orders",
    "Message": '{"order": 7}',
    "MessageAttributes": {"kind": {"Type": "String", "Value": "order"}},
}
EVENT = {"version": "0", "source": "shop", "detail-type": "Ordered", "detail": {"order": 7}, "resources": []}


def text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


RULE = {
    "RULE_ARN": text("arn:aws:events:eu-west-1:123456789012:rule/orders"),
    "TARGET_ARN": text(FUNCTION),
    "ERROR_CODE": text("NO_PERMISSIONS"),
    "ERROR_MESSAGE": text("not allowed"),
}
SCHEDULE = {name: value for name, value in RULE.items() if name != "RULE_ARN"}
INVOCATION = {"RequestID": text("r"), "ErrorCode": text("200"), "ErrorMessage": text("boom")}


def message(body: Any, attributes: Any = None, origin: str | None = None) -> Message:
    system = {"DeadLetterQueueSourceArn": origin} if origin else {}
    return Message(
        "id", "receipt", body if isinstance(body, str) else json.dumps(body), system, attributes or {}
    )


FOREIGN = [
    pytest.param(message(DESTINATION), Kind.LAMBDA_DESTINATION, "KeyError: no such order", id="destination"),
    pytest.param(message(POSITION), Kind.STREAM_POSITION, "RetryAttemptsExhausted", id="stream"),
    pytest.param(message(NOTIFICATION), Kind.SNS, None, id="sns"),
    pytest.param(message(EVENT, RULE), Kind.EVENTBRIDGE, "NO_PERMISSIONS: not allowed", id="rule"),
    pytest.param(message("in", SCHEDULE), Kind.SCHEDULER, "NO_PERMISSIONS: not allowed", id="schedule"),
    pytest.param(message({"order": 7}, INVOCATION), Kind.LAMBDA_EVENT, "200: boom", id="invocation"),
    pytest.param(message("plain"), Kind.NO_SOURCE, None, id="plain"),
]


@pytest.mark.parametrize(("foreign", "kind", "reason"), FOREIGN)
def test_each_kind_is_known_and_says_its_reason(foreign: Message, kind: Kind, reason: str | None) -> None:
    assert kind_of(foreign, OURS) is kind
    assert stated_reason(foreign, kind) == reason


def test_the_source_decides_before_the_body() -> None:
    assert kind_of(message(NOTIFICATION, origin=OURS), OURS) is Kind.OWN
    assert kind_of(message(NOTIFICATION, origin=f"{OURS}-2"), OURS) is Kind.OTHER_SOURCE
    assert kind_of(message(NOTIFICATION, origin=f"{OURS}-2"), None) is Kind.OWN


@pytest.mark.parametrize(
    ("wrapped", "body"),
    [
        pytest.param(message(DESTINATION), '{"order": 7}', id="destination"),
        pytest.param(message(NOTIFICATION), '{"order": 7}', id="sns"),
        pytest.param(message(EVENT, RULE), '{"order": 7}', id="rule"),
        pytest.param(message({"order": 7}, INVOCATION), '{"order": 7}', id="invocation"),
        pytest.param(message("plain"), "plain", id="plain"),
    ],
)
def test_an_envelope_is_taken_off(wrapped: Message, body: str) -> None:
    inner = unwrapped(wrapped, kind_of(wrapped, OURS))
    assert isinstance(inner, Message)
    assert inner.body == body
    assert not inner.attributes.keys() & {"RULE_ARN", "RequestID"}


def test_attributes_of_a_topic_come_along() -> None:
    inner = unwrapped(message(NOTIFICATION), Kind.SNS)
    assert isinstance(inner, Message)
    assert inner.attributes == {"kind": {"DataType": "String", "StringValue": "order"}}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        pytest.param(
            {"Type": "Binary", "Value": "AP8="},
            {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
            id="binary",
        ),
        pytest.param(
            {"Type": "Binary", "Value": "no base64"},
            {"DataType": "String", "StringValue": "no base64"},
            id="not binary",
        ),
        pytest.param(
            {"Type": "Number", "Value": "7"}, {"DataType": "Number", "StringValue": "7"}, id="number"
        ),
        pytest.param({"Type": ["odd"], "Value": 7}, {"DataType": "String", "StringValue": "7"}, id="unknown"),
    ],
)
def test_attributes_of_a_topic_keep_their_type(given: dict[str, Any], sent: dict[str, Any]) -> None:
    inner = unwrapped(message(NOTIFICATION | {"MessageAttributes": {"it": given}}), Kind.SNS)
    assert isinstance(inner, Message)
    assert inner.attributes == {"it": sent}


def test_a_position_in_a_stream_holds_nothing_to_send() -> None:
    assert unwrapped(message(POSITION), Kind.STREAM_POSITION) == (
        "it holds a position in a stream and no records; read them from the stream"
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("[" * 100_000, id="deep"),
        pytest.param('{"requestContext": []}', id="context"),
        pytest.param('{"Type": "Notification", "TopicArn": 1, "Message": null}', id="sns"),
        pytest.param("\ud7ff\ufffd", id="odd characters"),
        pytest.param("1e999", id="number"),
    ],
)
def test_a_hostile_body_is_a_body(body: str) -> None:
    hostile = message(body)
    assert kind_of(hostile, OURS) is Kind.NO_SOURCE
    assert stated_reason(hostile, Kind.NO_SOURCE) is None
    assert unwrapped(hostile, Kind.NO_SOURCE) == hostile
