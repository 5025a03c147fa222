import io
import json
import zipfile
from collections import Counter
from typing import TYPE_CHECKING

import boto3
import pytest

from wellmade.redrive.aws import Connection
from wellmade.redrive.plan import Plan, look, make_plan
from wellmade.redrive.queues import find_route

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from .conftest import House, Spy


@pytest.fixture
def connection(sqs: "SQSClient") -> Connection:
    return Connection(boto3.Session(region_name=sqs.meta.region_name), None)


def plan(house: "House", connection: Connection, *, most: int = 20, match: str | None = None) -> Plan:
    return make_plan(connection, house.route, most=most, match=match, wait=0)


def test_after_a_look_everything_is_visible_at_once(house: "House", connection: Connection) -> None:
    house.fail([f"order {n}" for n in range(25)])
    found = plan(house, connection, most=15)
    assert len({message.id for message in found.seen}) == 15
    assert house.visible(house.dead).total() == 25


def test_also_when_it_is_torn_down_in_the_middle(house: "House", spy: "Spy") -> None:
    def receive(**arguments: object) -> object:
        if len(spy.calls) > 1:
            raise KeyboardInterrupt
        return house.sqs.receive_message(**arguments)  # type: ignore[arg-type]

    spy.replaced["receive_message"] = receive
    house.fail([f"order {n}" for n in range(15)])
    with pytest.raises(KeyboardInterrupt):
        look(spy.client, house.route.dead_letter, most=15, wait=0)
    assert house.visible(house.dead).total() == 15


def test_receives_are_counted_without_the_look(house: "House", connection: Connection) -> None:
    house.sqs.send_message(QueueUrl=house.source, MessageBody="poison")
    for _ in range(4):
        house.sqs.receive_message(QueueUrl=house.source, VisibilityTimeout=0)
    found = plan(house, connection)
    assert found.receives == {3: 1}
    assert found.oldest == found.seen[0].sent


def test_what_is_asked_for_is_told_from_what_was_seen(house: "House", connection: Connection) -> None:
    house.fail(["order 1", "order 2", "invoice 1"])
    found = plan(house, connection, match="invoice")
    assert (len(found.seen), [message.body for message in found.chosen]) == (3, ["invoice 1"])


def test_a_queue_that_would_pass_its_messages_on_is_not_looked_into(
    house: "House", connection: Connection
) -> None:
    last = house.sqs.create_queue(QueueName="last")["QueueUrl"]
    policy = json.dumps({"deadLetterTargetArn": house.arn(last), "maxReceiveCount": 1})
    house.sqs.set_queue_attributes(QueueUrl=house.dead, Attributes={"RedrivePolicy": policy})
    house.fail(["order 1"])
    found = plan(house, connection)
    assert (found.seen, found.notes) == (
        (),
        ("not looked into: orders-dlq has a redrive policy itself, and a look counts as a receive",),
    )
    assert house.visible(house.dead) == Counter(["order 1"])


def poll_with_a_function(house: "House", connection: Connection) -> None:
    iam, functions = connection.client("iam"), connection.client("lambda")
    role = iam.create_role(RoleName="worker", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as package:
        package.writestr("handler.py", "def handler(event, context): ...")
    functions.create_function(
        FunctionName="worker",
        Runtime="python3.13",
        Role=role,
        Handler="handler.handler",
        Code={"ZipFile": code.getvalue()},
    )
    functions.create_event_source_mapping(EventSourceArn=house.arn(house.source), FunctionName="worker")


def test_the_reason_comes_from_the_log_of_the_function_that_polls_the_queue(
    house: "House", connection: Connection
) -> None:
    poll_with_a_function(house, connection)
    house.fail(["order 1", "order 2"])
    message = plan(house, connection).seen[0]
    logs = connection.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/worker")
    logs.create_log_stream(logGroupName="/aws/lambda/worker", logStreamName="s")
    lines = [
        {
            "level": "ERROR",
            "message": "record failed",
            "message_id": message.id,
            "exception": "KeyError: 'sku'",
        },
        {"level": "ERROR", "message": "record failed", "message_id": "other", "exception": "ValueError: no"},
    ]
    stamp = int(message.sent.timestamp() * 1000) + 1
    logs.put_log_events(
        logGroupName="/aws/lambda/worker",
        logStreamName="s",
        logEvents=[{"timestamp": stamp, "message": json.dumps(line)} for line in lines],
    )
    assert plan(house, connection).reasons == {message.id: "KeyError: 'sku'"}


def test_a_log_that_cannot_be_read_is_a_note(house: "House", connection: Connection) -> None:
    poll_with_a_function(house, connection)
    house.fail(["order 1"])
    (note,) = plan(house, connection).notes
    assert note.startswith(
        "reasons unknown, the logs cannot be read: FilterLogEvents: ResourceNotFoundException"
    )


def test_a_queue_that_no_function_polls_is_a_note(house: "House", connection: Connection) -> None:
    house.fail(["order 1"])
    assert plan(house, connection).notes == ("reasons unknown: no function polls orders",)


def test_of_a_queue_filled_otherwise_the_target_s_function_is_asked(
    house: "House", connection: Connection
) -> None:
    filled_by_a_topic = house.sqs.create_queue(QueueName="topic-failures")["QueueUrl"]
    house.sqs.send_message(QueueUrl=filled_by_a_topic, MessageBody="order 1")
    route = find_route(house.sqs, "topic-failures", "orders")
    found = make_plan(connection, route, most=5, match=None, wait=0)
    assert found.notes == ("reasons unknown: no function polls orders",)
