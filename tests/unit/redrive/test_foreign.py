"""A message goes back only to the queue that it came from; all others go where a person says."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import ClientError

from wellmade.cli import main
from wellmade.redrive.message import Message
from wellmade.redrive.queues import find_route
from wellmade.redrive.rate_limiter import RateLimiter
from wellmade.redrive.replay import Replay
from wellmade.redrive.targets import Place, deliver_to

from .conftest import REGION

if TYPE_CHECKING:
    from .conftest import House

EVENT = json.dumps({"source": "shop", "detail-type": "Ordered", "detail": {"order": 7}})
EXECUTE = ["redrive", "orders-dlq", "--execute", "--rate", "1000", "--format", "json"]


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_foreign_messages_are_shown_by_kind_and_stay(
    house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    house.fail(["order 1", "order 2"])
    house.put(["somebody's", EVENT])
    assert main(["redrive", "orders-dlq", "--format", "json"]) == 0
    promised = document(capsys)
    assert promised["kinds"] == {"own": 2, "no-source": 1, "eventbridge": 1}
    assert main(EXECUTE) == 0
    assert document(capsys)["moved"] == promised["would_move"] == 2
    assert house.visible(house.source) == Counter(["order 1", "order 2"])
    assert house.visible(house.dead) == Counter(["somebody's", EVENT])


def test_one_kind_goes_to_a_queue_unwrapped(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    other = house.sqs.create_queue(QueueName="elsewhere")["QueueUrl"]
    house.fail(["order 1"])
    house.put([EVENT])
    assert main([*EXECUTE, "--to", "elsewhere", "--kind", "eventbridge", "--unwrap"]) == 0
    assert document(capsys)["moved"] == 1
    assert house.visible(other) == Counter(['{"order": 7}'])
    assert house.visible(house.dead) == Counter(["order 1"])


@pytest.mark.parametrize("option", [["--kind", "sns"], ["--unwrap"]], ids=["kind", "unwrap"])
def test_without_a_target_foreign_messages_go_nowhere(
    house: "House", capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    del house
    assert main(["redrive", "orders-dlq", *option]) == 2
    assert capsys.readouterr().err == (
        f"wellmade: {' '.join(option)} must have a target, got none; name one with --to\n"
    )


def test_messages_go_to_a_topic(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    sns = boto3.client("sns", region_name=REGION)
    topic = sns.create_topic(Name="orders")["TopicArn"]
    inbox = house.sqs.create_queue(QueueName="inbox")["QueueUrl"]
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=house.arn(inbox), Attributes=raw)
    house.put(["one", "two"])
    assert main([*EXECUTE, "--to", topic]) == 0
    assert document(capsys)["moved"] == 2
    assert house.visible(inbox) == Counter(["one", "two"])
    assert not house.visible(house.dead)


def test_a_bus_takes_events_and_what_is_none_stays(
    house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    bus = f"arn:aws:events:{REGION}:123456789012:event-bus/default"
    house.put([EVENT, "no event"])
    assert main([*EXECUTE, "--to", bus]) == 1
    found = document(capsys)
    assert found["moved"] == 1
    assert list(found["failed"].values()) == [
        "it is no event: a bus takes a source, a detail-type and a detail"
    ]
    assert house.visible(house.dead) == Counter(["no event"])


def test_a_function_is_invoked_asynchronously() -> None:
    class Client:
        calls: list[dict[str, Any]] = []  # noqa: RUF012 - one test

        def invoke(self, **arguments: Any) -> Any:
            self.calls.append(arguments)
            return {"StatusCode": 202, "ResponseMetadata": {"RequestId": "r"}}

    arn = f"arn:aws:lambda:{REGION}:123456789012:function:orders"
    found = deliver_to(Client(), Place(arn))([Message("one", "", '{"a": 1}', {}, {})])
    assert Client.calls == [{"FunctionName": arn, "InvocationType": "Event", "Payload": b'{"a": 1}'}]
    assert [message.id for message, _ in found.accepted] == ["one"]


@pytest.mark.parametrize(
    "answer", [{}, {"StatusCode": 200}, {"StatusCode": 202, "FunctionError": "Unhandled"}], ids=str
)
def test_an_invocation_that_lambda_did_not_queue_is_not_taken(answer: dict[str, Any]) -> None:
    client = Mock(invoke=Mock(return_value=answer))
    arn = f"arn:aws:lambda:{REGION}:123456789012:function:orders"
    found = deliver_to(client, Place(arn))([Message("one", "", "{}", {}, {})])
    assert (found.accepted, [message.id for message in found.unknown]) == ([], ["one"])


@pytest.mark.parametrize(
    "entries",
    [
        None,
        [],
        [{"EventId": "a"}],
        [{"EventId": "a"}, {}],
        [{"EventId": "a"}, {"EventId": "b", "ErrorCode": "c"}],
    ],
    ids=str,
)
def test_an_event_that_the_bus_says_nothing_clear_of_is_not_taken(entries: Any) -> None:
    client = Mock(put_events=Mock(return_value={"Entries": entries}))
    event = json.dumps({"source": "a", "detail-type": "b", "detail": {}})
    batch = [Message(each, "", event, {}, {}) for each in ("one", "two")]
    found = deliver_to(client, Place(f"arn:aws:events:{REGION}:123456789012:event-bus/b"))(batch)
    assert "two" in [message.id for message in found.unknown]
    assert "two" not in [message.id for message, _ in found.accepted]


def test_a_function_that_throttles_gets_no_message_twice(house: "House") -> None:
    """A call for each message: what is said of a later one must not hide what became of an earlier one."""
    taken: list[str] = []

    def invoke(Payload: bytes, **_: Any) -> Any:  # noqa: N803 - as boto3 names it
        if len(taken) == 3:
            raise ClientError({"Error": {"Code": "Nope", "Message": "no"}}, "Invoke")
        taken.append(Payload.decode())
        return {"StatusCode": 202, "ResponseMetadata": {"RequestId": f"r{len(taken)}"}}

    house.put([f"{number}" for number in range(10)])
    arn = f"arn:aws:lambda:{REGION}:123456789012:function:orders"
    route = find_route(house.sqs, house.dead, arn)
    client: Any = Mock(invoke=invoke)
    outcome = Replay(
        house.sqs,
        route,
        RateLimiter(1000, sleep=lambda _: None),
        deliver=deliver_to(client, Place(arn)),
        wait=0,
    ).run()
    assert (outcome.moved, outcome.uncertain) == (3, [])
    assert sorted([*taken, *house.visible(house.dead).elements()]) == [f"{number}" for number in range(10)]


def test_what_is_no_target_is_refused(house: "House", capsys: pytest.CaptureFixture[str]) -> None:
    del house
    assert main(["redrive", "orders-dlq", "--to", "arn:aws:s3:::bucket"]) == 2
    assert (
        "--to must be a queue, or the ARN of a topic, an event bus or a function" in capsys.readouterr().err
    )


def test_a_fifo_queue_goes_to_nothing_that_keeps_no_order(
    fifo_house: "House", capsys: pytest.CaptureFixture[str]
) -> None:
    del fifo_house
    arn = f"arn:aws:lambda:{REGION}:123456789012:function:orders"
    assert main(["redrive", "orders-dlq.fifo", "--to", arn]) == 2
    assert "to keep the order of orders-dlq.fifo, got function orders" in capsys.readouterr().err
