import json

import pytest

from wellmade.redrive.message import Message, entry, matches, received, s3_objects, summary

NOTIFICATION = json.dumps(
    {"Records": [{"s3": {"bucket": {"name": "inbox"}, "object": {"key": "incoming/a+b%2Bc+%C3%A9.csv"}}}]}
)


def message(body: str = "{}", **system: str) -> Message:
    return Message("id-1", "receipt", body, system, {})


def test_an_s3_notification_is_summed_up_by_its_object_with_the_key_decoded() -> None:
    assert summary(NOTIFICATION) == "s3://inbox/incoming/a b+c é.csv"


def test_more_objects_are_counted() -> None:
    record = json.loads(NOTIFICATION)["Records"][0]
    assert summary(json.dumps({"Records": [record] * 3})).endswith(".csv and 2 more")


@pytest.mark.parametrize(
    "body", ["", "plain", "[1]", "null", '{"Records": null}', '{"Records": [{"s3": 1}]}']
)
def test_any_other_body_announces_no_object(body: str) -> None:
    assert s3_objects(body) == []


def test_a_long_body_is_cut_to_one_line() -> None:
    line = summary("first\nsecond " + "x" * 200)
    assert line.startswith("first second x")
    assert line.endswith("…")
    assert len(line) == 80


def test_text_is_found_in_the_raw_body_and_in_the_decoded_name() -> None:
    assert matches(message(NOTIFICATION), "a b+c é")
    assert matches(message(NOTIFICATION), "a+b%2Bc")
    assert not matches(message(NOTIFICATION), "other.csv")
    assert matches(message("anything"), None)


def test_the_look_itself_is_not_counted_as_a_receive() -> None:
    assert message(ApproximateReceiveCount="4").receives == 3


def test_a_message_is_sent_again_as_it_was() -> None:
    raw = received(
        {
            "MessageId": "id-1",
            "ReceiptHandle": "receipt",
            "Body": " body \n",
            "Attributes": {"AWSTraceHeader": "Root=1", "MessageGroupId": "g", "MessageDeduplicationId": "d"},
            "MessageAttributes": {
                "kind": {"DataType": "String", "StringValue": "order", "StringListValues": []},
                "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff", "BinaryListValues": []},
            },
        }
    )
    assert entry(raw, 7, fifo=True) == {
        "Id": "7",
        "MessageBody": " body \n",
        "MessageAttributes": {
            "kind": {"DataType": "String", "StringValue": "order"},
            "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
        },
        "MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1"}},
        "MessageGroupId": "g",
        "MessageDeduplicationId": "d",
    }


def test_a_standard_queue_gets_no_deduplication_id_but_keeps_a_fair_queue_s_group() -> None:
    resend = entry(message(MessageGroupId="tenant", MessageDeduplicationId="d"), 0, fifo=False)
    assert resend.get("MessageGroupId") == "tenant"
    assert "MessageDeduplicationId" not in resend
