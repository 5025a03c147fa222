"""What a look promises is what `--execute` with the same options moves."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.sqs.models import sqs_backends

from wellmade.cli import main
from wellmade.redrive.aws import Connection
from wellmade.redrive.journal import Journal, journal_folder
from wellmade.redrive.plan import make_plan

from .conftest import REGION

if TYPE_CHECKING:
    from .conftest import House


def run(capsys: pytest.CaptureFixture[str], queue: str, *options: str) -> tuple[int, dict[str, Any]]:
    code = main(["redrive", queue, "--rate", "1000", "--format", "json", *options])
    return code, json.loads(capsys.readouterr().out)


def look_and_move(capsys: pytest.CaptureFixture[str], queue: str, *options: str) -> dict[str, Any]:
    """Return what a look says, after its promise has been held against a run."""
    _, promised = run(capsys, queue, *options)
    _, done = run(capsys, queue, *options, "--execute")
    assert done["moved"] == promised["would_move"]
    assert sorted(done["uncertain"]) == sorted(promised["uncertain"])
    assert done["finished"] == len(promised["finished"])
    assert done["blocked"] == promised["blocked"]
    assert done["failed"] == promised["unfit"]
    return promised


def note(house: "House", what: str, *ids: str) -> None:
    """Write what a run wrote before it was killed."""
    Journal(journal_folder(house.arn(house.dead), None)).note(what, ids)


def test_what_was_sent_or_may_have_been_is_not_promised(
    house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    sent, doubtful, _ = house.fail(["1", "2", "3"])
    note(house, "sent", sent)
    note(house, "sending", doubtful)
    promised = look_and_move(capsys, "orders")
    assert (promised["would_move"], promised["finished"], promised["uncertain"]) == (1, [sent], [doubtful])
    assert look_and_move(capsys, "orders", "--resend")["would_move"] == 1


def test_people_read_what_stays(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    sent, doubtful = house.fail(["1", "2"])
    note(house, "sent", sent)
    note(house, "sending", doubtful)
    assert main(["redrive", "orders"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "1 was sent by a run that was ended: --execute deletes it here, and does not send it again" in said
    assert f"may have been sent by a run that was killed: {doubtful}; look for them in the target" in said
    assert "--execute would send 0 messages" in said


def test_a_look_writes_no_journal(house: "House", capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    house.fail(["1"])
    run(capsys, "orders")
    assert not list(tmp_path.iterdir())


def test_behind_a_doubtful_fifo_message_its_group_is_not_promised(
    fifo_house: "House", capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ids = fail_in_groups(fifo_house, {"a": ["1", "2"], "b": ["3"]})
    folder = journal_folder(fifo_house.arn(fifo_house.dead), None)
    Journal(folder, clock=lambda: 1.0).note("sending", [ids["1"]])
    assert folder.is_relative_to(tmp_path)
    promised = look_and_move(capsys, "orders.fifo")
    assert (promised["would_move"], promised["blocked"]) == (1, {"a": ids["1"]})


def fail_in_groups(house: "House", groups: dict[str, list[str]]) -> dict[str, str]:
    return {
        body: house.fail([body], MessageGroupId=group, MessageDeduplicationId=f"id of {body}")[0]
        for group, bodies in groups.items()
        for body in bodies
    }


def test_groups_blocked_by_what_is_not_asked_for_are_told(
    fifo_house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    ids = fail_in_groups(fifo_house, {"a": ["keep 1", "send 2"], "b": ["send 3", "keep 4"], "c": ["send 5"]})
    promised = look_and_move(capsys, "orders.fifo", "--match", "send")
    assert promised["would_move"] == 2
    assert promised["blocked"] == {"a": ids["keep 1"], "b": ids["keep 4"]}


def put_for_reasons(house: "House", *reasons: str) -> None:
    """Put what rules could not deliver, which says why itself."""
    for number, reason in enumerate(reasons):
        stated = {"RULE_ARN": "r", "TARGET_ARN": "t", "ERROR_CODE": "E", "ERROR_MESSAGE": reason}
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in stated.items()}
        house.put([f"event {number}"], MessageAttributes=attributes)


def test_messages_are_grouped_by_reason_without_what_differs(
    house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    house.sqs.create_queue(QueueName="elsewhere")
    put_for_reasons(house, "no order 1", "no order 2", "no order 3", "not allowed")
    _, found = run(capsys, "orders-dlq", "--to", "elsewhere")
    assert [group["messages"] for group in found["reasons"]] == [3, 1]
    assert found["reasons"][0]["reason"].startswith("E: no order ")
    assert found["reasons"][1]["sample"]["about"] == "event 3"


def test_only_messages_of_one_reason_are_promised_and_go(
    house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    other = house.sqs.create_queue(QueueName="elsewhere")["QueueUrl"]
    put_for_reasons(house, "no order 1", "not allowed", "no order 2")
    promised = look_and_move(capsys, "orders-dlq", "--to", "elsewhere", "--only", "NO ORDER")
    assert promised["would_move"] == 2
    assert sorted(house.visible(other)) == ["event 0", "event 2"]
    assert sorted(house.visible(house.dead)) == ["event 1"]


def test_a_doubtful_message_of_the_reason_is_named_by_the_run(
    house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    house.sqs.create_queue(QueueName="elsewhere")
    put_for_reasons(house, "no order 1")
    _, found = run(capsys, "orders-dlq", "--to", "elsewhere")
    doubtful = found["samples"][0]["message_id"]
    note(house, "sending", doubtful)
    promised = look_and_move(capsys, "orders-dlq", "--to", "elsewhere", "--only", "no order")
    assert (promised["would_move"], promised["uncertain"]) == (0, [doubtful])


@pytest.mark.parametrize(("most", "notes"), [(2, 1), (4, 0)], ids=["some", "all"])
def test_a_look_says_that_it_stopped(house: "House", most: int, notes: int) -> None:
    house.fail(["1", "2", "3"])
    connection = Connection(boto3.Session(region_name=REGION), None)
    found = make_plan(connection, house.route, most=most, wait=0).notes
    assert sum(said.startswith(f"looked at {most} messages and no more") for said in found) == notes


def test_a_look_does_not_promise_what_cannot_be_unwrapped(
    house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    house.sqs.create_queue(QueueName="elsewhere")
    position = {"requestContext": {"functionArn": "f"}, "KinesisBatchInfo": {"shardId": "1"}}
    stays, _ = house.put([json.dumps(position), "somebody's"])
    promised = look_and_move(capsys, "orders-dlq", "--to", "elsewhere", "--unwrap")
    assert promised["would_move"] == 1
    assert list(promised["unfit"]) == [stays]
    assert "read them from the stream" in promised["unfit"][stays]


EVENT = {"source": "shop", "detail-type": "Ordered", "detail": {"order": 7}}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param("no event", "a bus takes a source, a detail-type and a detail", id="no event"),
        pytest.param(json.dumps(EVENT | {"source": "aws.s3"}), "begins with aws.", id="of AWS"),
        pytest.param(json.dumps(EVENT | {"detail": "text"}), "must be a JSON object", id="detail"),
    ],
)
def test_a_look_does_not_promise_what_a_bus_refuses(
    house: "House", capsys: pytest.CaptureFixture[str], body: str, why: str
) -> None:
    bus = f"arn:aws:events:{REGION}:123456789012:event-bus/default"
    stays, _ = house.put([body, json.dumps(EVENT)])
    promised = look_and_move(capsys, "orders-dlq", "--to", bus)
    assert promised["would_move"] == 1
    assert why in promised["unfit"][stays]


def test_a_look_does_not_promise_what_a_function_cannot_read(
    house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    function = f"arn:aws:lambda:{REGION}:123456789012:function:orders"
    house.put(["no json"])
    promised = look_and_move(capsys, "orders-dlq", "--to", function)
    assert (promised["would_move"], len(promised["unfit"])) == (0, 1)


def test_a_look_does_not_promise_what_is_too_large(
    house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    house.sqs.create_queue(QueueName="small", Attributes={"MaximumMessageSize": "1024"})
    house.put(["x" * 1025, "y"])
    promised = look_and_move(capsys, "orders-dlq", "--to", "small")
    assert (promised["would_move"], len(promised["unfit"])) == (1, 1)


def test_a_look_does_not_promise_a_duplicate_nor_what_is_behind_it(
    fifo_house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    """Two that were sent more than five minutes apart may have one id; the target would drop the second."""
    fail_in_groups(fifo_house, {"a": ["1"], "b": ["2"]})
    second = later_with_the_id_of(fifo_house, "1", "b")
    fail_in_groups(fifo_house, {"b": ["4"]})
    promised = look_and_move(capsys, "orders.fifo")
    assert (promised["would_move"], list(promised["unfit"]), promised["blocked"]) == (
        2,
        [second],
        {"b": second},
    )
    assert sorted(fifo_house.visible(fifo_house.source)) == ["1", "2"]


def later_with_the_id_of(house: "House", body: str, group: str) -> str:
    """Put a message there that has the deduplication id of another one, as five minutes after it."""
    (queue,) = (one for one in sqs_backends["123456789012"][REGION].queues.values() if "dlq" in one.name)
    ids = house.fail(["3"], MessageGroupId=group, MessageDeduplicationId="id of its own")
    (late,) = (one for one in queue._messages if one.id == ids[0])
    late.deduplication_id = f"id of {body}"
    return ids[0]


def test_with_high_throughput_an_id_is_known_within_its_group(
    fifo_house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    fifo_house.sqs.set_queue_attributes(
        QueueUrl=fifo_house.source,
        Attributes={"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"},
    )
    fail_in_groups(fifo_house, {"a": ["1"]})
    later_with_the_id_of(fifo_house, "1", "b")
    _, promised = run(capsys, "orders.fifo")
    assert (promised["would_move"], promised["unfit"]) == (2, {})


def test_people_read_what_cannot_go(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    stays, *_ = house.put(["no json", "no json either"])
    function = f"arn:aws:lambda:{REGION}:123456789012:function:orders"
    assert main(["redrive", "orders-dlq", "--to", function]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"2 cannot go to function orders, such as {stays}: its body is not JSON" in said
    assert "--execute would send 0 messages" in said
