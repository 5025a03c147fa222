"""Nothing is lost, whatever fails: every test counts both queues."""

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from wellmade.redrive.choice import SWALLOWED
from wellmade.redrive.message import Message
from wellmade.redrive.outcome import Outcome
from wellmade.redrive.rate_limiter import RateLimiter
from wellmade.redrive.replay import Replay
from wellmade.redrive.selection import EVERYTHING, Selection
from wellmade.redrive.sending import BATCH_BYTES, send_batches

if TYPE_CHECKING:
    from .conftest import Clock, House, Spy


def bodies(number: int) -> list[str]:
    return [f"order {n}" for n in range(number)]


@pytest.fixture
def limiter(clock: "Clock") -> RateLimiter:
    return RateLimiter(1000, clock=clock, sleep=clock.sleep)


def test_250_messages_go_back_in_batches_of_ten(house: "House", spy: "Spy", limiter: RateLimiter) -> None:
    house.fail(bodies(250))
    outcome = Replay(spy.client, house.route, limiter, wait=0).run()
    assert outcome == Outcome(moved=250)
    assert outcome.complete
    assert house.visible(house.source) == Counter(bodies(250))
    assert not house.visible(house.dead)
    assert {len(call) for call in spy.entries("send_message_batch")} == {10}


def test_body_and_attributes_arrive_unaltered(house: "House", limiter: RateLimiter) -> None:
    attributes: dict[str, Any] = {
        "kind": {"DataType": "String", "StringValue": "order"},
        "priority": {"DataType": "Number", "StringValue": "7"},
        "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    house.fail(['  {"a": "é"}\n'], MessageAttributes=attributes)
    Replay(house.sqs, house.route, limiter, wait=0).run()
    (message,) = house.sqs.receive_message(QueueUrl=house.source, MessageAttributeNames=["All"])["Messages"]
    assert message["Body"] == '  {"a": "é"}\n'
    assert message["MessageAttributes"] == attributes


def refused(*numbers: int) -> list[dict[str, Any]]:
    return [{"Id": str(n), "SenderFault": True, "Code": "Nope", "Message": "not this"} for n in numbers]


def denied(operation: str) -> ClientError:
    return ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, operation)


def test_refused_entries_stay_and_are_visible_at_once(
    house: "House", spy: "Spy", limiter: RateLimiter
) -> None:
    def send(QueueUrl: str, Entries: list[Any]) -> Any:  # noqa: N803 - as boto3 names them
        answer = house.sqs.send_message_batch(QueueUrl=QueueUrl, Entries=Entries[1:])
        return {**answer, "Failed": refused(0)}

    spy.replaced["send_message_batch"] = send
    house.fail(bodies(20))
    outcome = Replay(spy.client, house.route, limiter, wait=0).run()
    assert (outcome.moved, set(outcome.failed.values()), outcome.left) == (18, {"Nope: not this"}, 0)
    assert not outcome.complete
    there, still_here = house.visible(house.source), house.visible(house.dead)
    assert there + still_here == Counter(bodies(20))
    assert still_here.total() == 2


def test_when_the_target_cannot_be_reached_everything_stays(
    house: "House", spy: "Spy", limiter: RateLimiter
) -> None:
    def send(**_: Any) -> Any:
        raise denied("SendMessageBatch")

    spy.replaced["send_message_batch"] = send
    house.fail(bodies(15))
    outcome = Replay(spy.client, house.route, limiter, wait=0).run()
    assert outcome.fault == "SendMessageBatch: AccessDenied: no (--policy prints what is needed)"
    assert (outcome.moved, outcome.left, outcome.complete) == (0, 10, False)
    assert house.visible(house.dead) == Counter(bodies(15))


def test_what_cannot_be_deleted_is_in_both_queues_and_was_sent_once(
    house: "House", spy: "Spy", limiter: RateLimiter
) -> None:
    def delete(QueueUrl: str, Entries: list[Any]) -> Any:  # noqa: N803 - as boto3 names them
        kept = [entry for entry in Entries if entry["Id"] != "0"]
        done: Any = house.sqs.delete_message_batch(QueueUrl=QueueUrl, Entries=kept) if kept else {}
        return {**done, "Failed": refused(0)}

    spy.replaced["delete_message_batch"] = delete
    house.fail(bodies(10))
    outcome = Replay(spy.client, house.route, limiter, wait=0).run()
    assert (outcome.moved, outcome.doubled, outcome.complete) == (9, 1, False)
    assert house.visible(house.source) == Counter(bodies(10))
    assert house.visible(house.dead).total() == 1


def test_a_delete_that_fails_once_is_tried_again(house: "House", spy: "Spy", limiter: RateLimiter) -> None:
    def delete(**arguments: Any) -> Any:
        del spy.replaced["delete_message_batch"]
        return {"Failed": refused(*range(len(arguments["Entries"])))}

    spy.replaced["delete_message_batch"] = delete
    house.fail(bodies(10))
    assert Replay(spy.client, house.route, limiter, wait=0).run() == Outcome(moved=10)
    assert house.visible(house.source) == Counter(bodies(10))


def test_without_the_right_to_delete_one_batch_is_doubled_and_no_more(
    house: "House", spy: "Spy", limiter: RateLimiter
) -> None:
    def delete(**_: Any) -> Any:
        raise denied("DeleteMessageBatch")

    spy.replaced["delete_message_batch"] = delete
    house.fail(bodies(30))
    outcome = Replay(spy.client, house.route, limiter, wait=0).run()
    assert (outcome.moved, outcome.doubled) == (0, 10)
    assert outcome.fault == "DeleteMessageBatch: AccessDenied: no (--policy prints what is needed)"
    assert house.visible(house.dead) == Counter(bodies(30))


def test_asked_to_stop_it_ends_between_batches(house: "House", spy: "Spy", limiter: RateLimiter) -> None:
    house.fail(bodies(50))
    replay = Replay(spy.client, house.route, limiter, wait=0)
    replay.stop = lambda: replay.outcome.moved >= 20
    outcome = replay.run()
    assert (outcome.moved, outcome.interrupted) == (20, True)
    assert house.visible(house.source) + house.visible(house.dead) == Counter(bodies(50))


def test_torn_down_in_the_middle_of_a_batch_it_loses_nothing(
    house: "House", spy: "Spy", limiter: RateLimiter
) -> None:
    def send(**arguments: Any) -> Any:
        house.sqs.send_message_batch(**arguments)
        raise KeyboardInterrupt

    spy.replaced["send_message_batch"] = send
    house.fail(bodies(12))
    with pytest.raises(KeyboardInterrupt):
        Replay(spy.client, house.route, limiter, wait=0).run()
    assert house.visible(house.dead) == Counter(bodies(12))
    assert house.visible(house.source).total() == 10


def test_what_fails_again_during_the_run_is_not_sent_in_a_cycle(house: "House", limiter: RateLimiter) -> None:
    house.fail(bodies(3))

    def fail_again(_outcome: Outcome) -> None:
        for _ in range(4):
            house.sqs.receive_message(QueueUrl=house.source, MaxNumberOfMessages=10, VisibilityTimeout=0)

    outcome = Replay(house.sqs, house.route, limiter, wait=0, report=fail_again).run()
    assert (outcome.moved, outcome.left) == (3, 3)
    assert house.visible(house.dead) == Counter(bodies(3))


def test_limit_and_match_are_kept(house: "House", limiter: RateLimiter) -> None:
    house.fail(bodies(25))
    outcome = Replay(
        house.sqs, house.route, limiter, wait=0, limit=3, selection=Selection(match="order 1")
    ).run()
    assert outcome.moved == 3
    moved = house.visible(house.source)
    assert all(body.startswith("order 1") for body in moved)
    assert moved + house.visible(house.dead) == Counter(bodies(25))


def test_match_leaves_the_others_visible(house: "House", limiter: RateLimiter) -> None:
    house.fail(bodies(25))
    outcome = Replay(house.sqs, house.route, limiter, wait=0, selection=Selection(match="order 7")).run()
    assert (outcome.moved, outcome.left, outcome.complete) == (1, 24, True)
    assert house.visible(house.dead) == Counter(bodies(25)) - Counter(["order 7"])


@pytest.mark.parametrize(("batch", "rate"), [(10, 100.0), (3, 10.0), (10, 4.0), (10, 0.5)])
def test_neither_batch_nor_rate_is_exceeded(
    house: "House", spy: "Spy", clock: "Clock", batch: int, rate: float
) -> None:
    sent: list[tuple[float, int]] = []

    def send(**arguments: Any) -> Any:
        sent.append((clock(), len(arguments["Entries"])))
        return house.sqs.send_message_batch(**arguments)

    spy.replaced["send_message_batch"] = send
    house.fail(bodies(24))
    Replay(
        spy.client, house.route, RateLimiter(rate, clock=clock, sleep=clock.sleep), batch=batch, wait=0
    ).run()
    assert sum(number for _, number in sent) == 24
    assert max(number for _, number in sent) <= batch
    for (first, start), (last, end) in combinations(enumerate(at for at, _ in sent), 2):
        assert sum(number for _, number in sent[first:last]) <= rate * (end - start) + 1e-6


def test_a_batch_stays_below_the_size_limit() -> None:
    messages = [Message(str(n), "r", "x" * 100_000, {}, {}) for n in range(5)]
    parcels = list(send_batches(messages, single=False))
    assert [message for parcel in parcels for message in parcel] == messages
    assert [len(parcel) for parcel in parcels] == [2, 2, 1]
    assert all(sum(message.size for message in parcel) <= BATCH_BYTES for parcel in parcels)


def fail_in_groups(house: "House", bodies: dict[str, list[str]]) -> None:
    for group, texts in bodies.items():
        for text in texts:
            house.fail([text], MessageGroupId=group, MessageDeduplicationId=f"id of {text}")


def in_order(house: "House", url: str) -> list[tuple[str, str, str]]:
    found = []
    while messages := house.sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    ).get("Messages"):
        for message in messages:
            system = message["Attributes"]
            found.append((system["MessageGroupId"], message["Body"], system["MessageDeduplicationId"]))
            house.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return sorted(found, key=lambda entry: entry[0])


def test_fifo_keeps_groups_order_and_ids(fifo_house: "House", limiter: RateLimiter) -> None:
    fail_in_groups(fifo_house, {"a": ["a1", "a2", "a3"], "b": ["b1", "b2"]})
    assert Replay(fifo_house.sqs, fifo_house.route, limiter, wait=0).run() == Outcome(moved=5)
    assert in_order(fifo_house, fifo_house.source) == [
        ("a", "a1", "id of a1"),
        ("a", "a2", "id of a2"),
        ("a", "a3", "id of a3"),
        ("b", "b1", "id of b1"),
        ("b", "b2", "id of b2"),
    ]


def test_behind_a_refused_fifo_message_its_group_stays(
    fifo_house: "House", spy: "Spy", limiter: RateLimiter
) -> None:
    def send(QueueUrl: str, Entries: list[Any]) -> Any:  # noqa: N803 - as boto3 names them
        if Entries[0]["MessageBody"] == "a2":
            return {"Successful": [], "Failed": refused(0)}
        return fifo_house.sqs.send_message_batch(QueueUrl=QueueUrl, Entries=Entries)

    spy.replaced["send_message_batch"] = send
    fail_in_groups(fifo_house, {"a": ["a1", "a2", "a3"], "b": ["b1", "b2"]})
    outcome = Replay(spy.client, fifo_house.route, limiter, wait=0).run()
    assert (outcome.moved, list(outcome.failed.values()), outcome.left) == (3, ["Nope: not this"], 1)
    assert [body for _, body, _ in in_order(fifo_house, fifo_house.source)] == ["a1", "b1", "b2"]
    assert [body for _, body, _ in in_order(fifo_house, fifo_house.dead)] == ["a2", "a3"]


def test_what_the_target_drops_as_a_duplicate_of_itself_is_not_deleted(
    fifo_house: "House", spy: "Spy", limiter: RateLimiter
) -> None:
    """SQS answers a duplicate with the id of the first; here that is the very message that failed."""

    def drop(**_: Any) -> Any:
        batch = fifo_house.sqs.receive_message(QueueUrl=fifo_house.dead, VisibilityTimeout=0)
        assert not batch.get("Messages")
        return {"Successful": [{"Id": "0", "MessageId": failed_id, "MD5OfMessageBody": ""}]}

    fail_in_groups(fifo_house, {"a": ["a1"]})
    (failed,) = fifo_house.sqs.receive_message(QueueUrl=fifo_house.dead, VisibilityTimeout=0)["Messages"]
    failed_id = failed["MessageId"]
    spy.replaced["send_message_batch"] = drop
    outcome = Replay(spy.client, fifo_house.route, limiter, wait=0).run()
    assert outcome.failed == {failed_id: SWALLOWED}
    assert fifo_house.visible(fifo_house.dead) == Counter(["a1"])


def test_of_a_shared_queue_only_the_named_source_s_messages_go(house: "House") -> None:
    ours = house.arn(house.source)
    theirs = ours.replace("orders", "invoices")

    def goes(system: dict[str, str]) -> bool:
        return EVERYTHING.takes(Message("1", "r", "body", system, {}), house.route)

    assert goes({"DeadLetterQueueSourceArn": ours})
    assert not goes({"DeadLetterQueueSourceArn": theirs})
    assert not goes({})
