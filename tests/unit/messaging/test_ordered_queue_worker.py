import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from wellmade.messaging import OrderedQueueWorker
from wellmade.testing import synthesize


def ledger(stack: cdk.Stack, **options: Any) -> OrderedQueueWorker:
    return OrderedQueueWorker(stack, "Ledger", package="ledger_worker", **{"group_key": "account", **options})


def of_type(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [r["Properties"] for r in template["Resources"].values() if r["Type"] == kind]


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(ledger)


def test_queue_and_dead_letter_queue_keep_order(template: dict[str, Any]) -> None:
    queues = of_type(template, "AWS::SQS::Queue")
    assert [queue["FifoQueue"] for queue in queues] == [True, True]
    [source] = [queue for queue in queues if "RedrivePolicy" in queue]
    assert source["QueueName"]["Fn::Join"][1][-1] == ".fifo"


def test_polls_without_a_window(template: dict[str, Any]) -> None:
    [mapping] = of_type(template, "AWS::Lambda::EventSourceMapping")
    assert "MaximumBatchingWindowInSeconds" not in mapping
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    [source] = [queue for queue in of_type(template, "AWS::SQS::Queue") if "RedrivePolicy" in queue]
    assert source["VisibilityTimeout"] == 6 * of_type(template, "AWS::Lambda::Function")[0]["Timeout"]


def test_handler_knows_the_group_key(template: dict[str, Any]) -> None:
    [function] = of_type(template, "AWS::Lambda::Function")
    assert function["Environment"]["Variables"]["MESSAGE_GROUP_KEY"] == "account"


def test_high_throughput_limits_each_group() -> None:
    template = synthesize(lambda stack: ledger(stack, high_throughput=True, sends_per_second=5000))
    [source] = [queue for queue in of_type(template, "AWS::SQS::Queue") if "RedrivePolicy" in queue]
    assert source["DeduplicationScope"] == "messageGroup"
    assert source["FifoThroughputLimit"] == "perMessageGroupId"


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "ordered_queue_worker")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"group_key": " "},
            "Test/Ledger: group_key must be the name of a message field, got ' '; "
            "name the field whose value must stay in order, such as 'account'",
        ),
        (
            {"sends_per_second": 301},
            "Test/Ledger: sends_per_second must be at most 300 (3,000 messages in batches of 10) "
            "without high throughput, got 301; set high_throughput=True",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        ledger(stack, **options)


def test_refuses_a_standard_dead_letter_queue(stack: cdk.Stack) -> None:
    mine = sqs.Queue(stack, "Mine", retention_period=cdk.Duration.days(14))
    message = (
        "Test/Ledger/Messages: dead_letter_queue must be a FIFO queue, got a standard queue; "
        "SQS moves messages only to a queue of the same kind"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        ledger(stack, dead_letter_queue=mine)


def test_refuses_a_window_set_behind_its_back(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    worker = ledger(stack)
    mapping = worker.function.function.node.find_child("Messages")
    cast(lambda_.CfnEventSourceMapping, mapping.node.default_child).maximum_batching_window_in_seconds = 5
    assert (
        "Test/Ledger/Messages: batching_window must be absent on a FIFO queue, got 5 s; SQS refuses it there"
        in refused()
    )
