import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from tests.templates import actions, of_type, stateful, the
from wellmade.foundation import DurableQueue
from wellmade.messaging import OrderedQueueWorker
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]


def ledger(stack: cdk.Stack, **options: Any) -> OrderedQueueWorker:
    return OrderedQueueWorker(
        stack, "Ledger", **{"function": "ledger_worker", "message_group_key": "account", **options}
    )


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(ledger)


def source_queue(template: dict[str, Any]) -> dict[str, Any]:
    [found] = [queue for queue in of_type(template, "AWS::SQS::Queue") if "RedrivePolicy" in queue]
    return found


def test_queue_and_dead_letter_queue_keep_order(template: dict[str, Any]) -> None:
    assert [queue["FifoQueue"] for queue in of_type(template, "AWS::SQS::Queue")] == [True, True]
    assert source_queue(template)["QueueName"].endswith(".fifo")


def test_polls_without_a_window(template: dict[str, Any]) -> None:
    mapping = the(template, "AWS::Lambda::EventSourceMapping")
    assert "MaximumBatchingWindowInSeconds" not in mapping
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    timeout = the(template, "AWS::Lambda::Function")["Timeout"]
    assert source_queue(template)["VisibilityTimeout"] == 6 * timeout


def test_handler_knows_the_group(template: dict[str, Any]) -> None:
    variables = the(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert variables["MESSAGE_GROUP_KEY"] == "account"


def test_high_throughput_limits_each_group() -> None:
    template = synthesize(lambda stack: ledger(stack, high_throughput=True, sends_per_second=5000))
    assert source_queue(template)["DeduplicationScope"] == "messageGroup"
    assert source_queue(template)["FifoThroughputLimit"] == "perMessageGroupId"


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "ordered_queue_worker")


def test_takes_a_fifo_queue_and_a_function_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    function = lambda_.Function(
        stack,
        "Theirs",
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = async () => ({batchItemFailures: []})"),
    )
    queue = DurableQueue(stack, "Entries", fifo=True, high_throughput=True)
    ledger(stack, function=function, queue=queue, batch_size=1, filters=[{"body": {"kind": ["entry"]}}])
    template = synth()
    mapping = the(template, "AWS::Lambda::EventSourceMapping")
    assert (mapping["BatchSize"], len(mapping["FilterCriteria"]["Filters"])) == (1, 1)
    assert the(template, "AWS::Lambda::Function")["Environment"]["Variables"] == {
        "MESSAGE_GROUP_KEY": "account"
    }
    assert len(of_type(template, "AWS::SQS::Queue")) == 2


def test_takes_an_imported_function_that_knows_its_groups(stack: cdk.Stack, synth: Synth) -> None:
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:ledger"
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111122223333:role/ledger")
    function = lambda_.Function.from_function_attributes(stack, "Theirs", function_arn=arn, role=role)
    ledger(stack, function=function, message_group_key=None, visibility_timeout=cdk.Duration.minutes(3))
    assert the(synth(), "AWS::Lambda::EventSourceMapping")["FunctionName"] == "ledger"


def test_encrypts_with_a_key_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    ledger(stack, encryption_key=kms.Key(stack, "Key"))
    template = synth()
    assert all("KmsMasterKeyId" in queue for queue in of_type(template, "AWS::SQS::Queue"))
    assert "kms:Decrypt" in actions(template, "LedgerWorkerRole")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"message_group_key": " "},
            "Test/Ledger: message_group_key must be the name of a message field, got ' '; "
            "name the field whose value must stay in order, such as 'account'",
        ),
        (
            {"sends_per_second": 301},
            "Test/Ledger: sends_per_second must be at most 300 (3,000 messages in batches of 10) "
            "without high throughput, got 301; set high_throughput=True",
        ),
        ({"batch_size": 11}, "Test/Ledger: batch_size must be between 1 and 10, got 11; 10 suits most work"),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        ledger(stack, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"queue": {"fifo": None}},
            "Test/Ledger: queue must be a FIFO queue, got a standard queue; "
            "use OrderedQueueWorker for a FIFO queue, QueueWorker for a standard one",
        ),
        (
            {"dead_letter_queue": {"retention_period": cdk.Duration.days(14)}},
            "Test/Ledger/Messages: dead_letter_queue must be a FIFO queue, got a standard queue; "
            "SQS moves messages only to a queue of the same kind",
        ),
        (
            {"queue": {"fifo": True}, "high_throughput": True},
            "Test/Ledger: high_throughput must be left out beside queue=, got True; "
            "set it where the queue is defined",
        ),
    ],
)
def test_refuses_queues_that_do_not_fit(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    theirs = {
        name: sqs.Queue(stack, "Mine", **value) if isinstance(value, dict) else value
        for name, value in options.items()
    }
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        ledger(stack, **theirs)


def test_refuses_at_synth_a_window_that_an_override_set(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    resource = cast(lambda_.CfnEventSourceMapping, ledger(stack).source.node.default_child)
    resource.add_property_override("MaximumBatchingWindowInSeconds", 5)
    assert "Test/Ledger: max_batching_window must be absent on a FIFO queue, got 5 s" in refused()


@pytest.mark.parametrize(
    "options",
    [
        {"batch_size": 5},
        {"max_concurrency": 5},
        {"max_receive_count": 5},
        {"high_throughput": True},
        {"visibility_timeout": cdk.Duration.minutes(10)},
    ],
)
def test_tuning_a_deployed_worker_deletes_no_message(
    template: dict[str, Any], options: dict[str, Any]
) -> None:
    assert stateful(template).items() <= stateful(synthesize(lambda stack: ledger(stack, **options))).items()
