import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from wellmade.messaging import QueueWorker
from wellmade.testing import synthesize


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(lambda stack: QueueWorker(stack, "Orders", package="order_worker"))


def of_type(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [r["Properties"] for r in template["Resources"].values() if r["Type"] == kind]


def source_of(worker: QueueWorker) -> lambda_.CfnEventSourceMapping:
    mapping = worker.function.function.node.find_child("Messages")
    return cast(lambda_.CfnEventSourceMapping, mapping.node.default_child)


def test_visibility_is_six_timeouts_and_the_window(template: dict[str, Any]) -> None:
    [source] = [queue for queue in of_type(template, "AWS::SQS::Queue") if "RedrivePolicy" in queue]
    [function] = of_type(template, "AWS::Lambda::Function")
    [mapping] = of_type(template, "AWS::Lambda::EventSourceMapping")
    window = mapping["MaximumBatchingWindowInSeconds"]
    assert window == 5
    assert source["VisibilityTimeout"] == 6 * function["Timeout"] + window


def test_throttling_never_uses_up_deliveries(template: dict[str, Any]) -> None:
    [function] = of_type(template, "AWS::Lambda::Function")
    [mapping] = of_type(template, "AWS::Lambda::EventSourceMapping")
    assert mapping["ScalingConfig"]["MaximumConcurrency"] == function["ReservedConcurrentExecutions"] == 10


def test_a_failed_message_goes_back_alone(template: dict[str, Any]) -> None:
    [mapping] = of_type(template, "AWS::Lambda::EventSourceMapping")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] == 10


def test_alarms_on_all_that_can_go_wrong(template: dict[str, Any]) -> None:
    watched = {(a["Namespace"], a["MetricName"]) for a in of_type(template, "AWS::CloudWatch::Alarm")}
    assert watched == {
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
        ("AWS/Lambda", "Errors"),
        ("AWS/Lambda", "Throttles"),
    }


def test_grants_polling_of_its_own_queue(template: dict[str, Any]) -> None:
    [role] = of_type(template, "AWS::IAM::Role")
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    granted = {
        action
        for s in statements
        for action in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])
    }
    assert granted == {
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    }


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "queue_worker")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"concurrency": 1},
            "Test/Orders/Worker: concurrency must be between 2 and 1000, got 1; "
            "an SQS event source runs at least two copies",
        ),
        (
            {"timeout": cdk.Duration.minutes(20)},
            "Test/Orders/Worker: timeout must be at most 900 s, got 1200 s; use FargateWorker for longer work",
        ),
        (
            {"batching_window": cdk.Duration.minutes(6)},
            "Test/Orders/Worker: batching_window must be between 0 and 300, got 360; 5 seconds suit most work",
        ),
        (
            {"max_receives": 0},
            "Test/Orders/Messages: max_receives must be between 1 and 1000, got 0; 3 suits most work",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        QueueWorker(stack, "Orders", package="order_worker", **options)


def shorten_visibility(worker: QueueWorker) -> None:
    cast(sqs.CfnQueue, worker.queue.node.default_child).visibility_timeout = 60


def forget_early(worker: QueueWorker) -> None:
    cast(sqs.CfnQueue, worker.dead_letter_queue.node.default_child).message_retention_period = 345600


def fail_whole_batches(worker: QueueWorker) -> None:
    source_of(worker).function_response_types = None


def poll_beyond_the_reservation(worker: QueueWorker) -> None:
    worker.function.function.add_event_source_mapping(
        "Second", event_source_arn="arn:aws:sqs:eu-west-1:111122223333:second", max_concurrency=5
    )


@pytest.mark.parametrize(
    ("break_rule", "message"),
    [
        (
            shorten_visibility,
            "Test/Orders/Messages: visibility_timeout must be at least 365 s "
            "(6 x 60 s of timeout + 5 s of batching window), got 60 s; or a message is processed twice at once",
        ),
        (
            forget_early,
            "Test/Orders/Messages: dead_letter_queue must be kept longer than the source's 345600 s, "
            "got 345600 s; a message keeps its age when it is set aside; set its retention_period to 14 days",
        ),
        (
            fail_whole_batches,
            "Test/Orders/Messages: function_response_types must be ['ReportBatchItemFailures'], got None; "
            "or one bad message sends its whole batch back",
        ),
        (
            poll_beyond_the_reservation,
            "Test/Orders/Worker: maximum concurrency of its sources must be at most 10, "
            "the function's reservation, in sum, got 15 over 2 sources; "
            "or throttled deliveries end in the dead-letter queue",
        ),
    ],
)
def test_refuses_at_synth_what_was_broken_behind_its_back(
    stack: cdk.Stack,
    refused: Callable[[], str],
    break_rule: Callable[[QueueWorker], None],
    message: str,
) -> None:
    break_rule(QueueWorker(stack, "Orders", package="order_worker"))
    assert message in refused()


def test_a_fitting_change_behind_its_back_passes(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    worker = QueueWorker(stack, "Orders", package="order_worker")
    cast(sqs.CfnQueue, worker.queue.node.default_child).visibility_timeout = 400
    [queue] = [q for q in of_type(synth(), "AWS::SQS::Queue") if "RedrivePolicy" in q]
    assert queue["VisibilityTimeout"] == 400


def test_resources_grant_to_it(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    worker = QueueWorker(stack, "Orders", package="order_worker")
    other = QueueWorker(stack, "Other", package="order_worker")
    worker.grant_send(other)
    [policy] = of_type(synth(), "AWS::IAM::Policy")
    assert policy["PolicyDocument"]["Statement"][0]["Action"] == "sqs:SendMessage"
    assert policy["Roles"][0]["Ref"].startswith("OtherWorkerRole")
