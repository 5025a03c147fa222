"""What an override leaves in the template is judged, told to be unknown, or refused: never passed in silence."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs

from wellmade.api import LambdaApi
from wellmade.foundation import DurableQueue, IdempotencyTable, PythonFunction
from wellmade.kit.lookups import default_child
from wellmade.messaging import QueueWorker
from wellmade.streaming import EventStream, StreamArchive, StreamProcessor
from wellmade.workflow import Invoke, Step, Workflow

Synth = Callable[[], dict[str, Any]]
DEV = {"Fn::If": ["IsDev", 900, 60]}
CLAIMS_TTL = cdk.Duration.days(20)


def override(construct: Any, name: str, value: Any) -> None:
    cast(cdk.CfnResource, default_child(construct)).add_property_override(name, value)


def queue(name: str) -> Callable[[cdk.Stack, Any], None]:
    return lambda stack, value: override(worker(stack).queue, name, value)


def worker(stack: cdk.Stack) -> QueueWorker:
    return QueueWorker(stack, "Orders", function="order_worker")


def timeout(stack: cdk.Stack, value: Any) -> None:
    override(worker(stack).function, "Timeout", value)


def reservation(stack: cdk.Stack, value: Any) -> None:
    override(worker(stack).function, "ReservedConcurrentExecutions", value)


def source_concurrency(stack: cdk.Stack, value: Any) -> None:
    override(worker(stack).source, "ScalingConfig.MaximumConcurrency", value)


def memory_of_claims(stack: cdk.Stack, value: Any) -> None:
    orders = worker(stack)
    IdempotencyTable(stack, "Claims", ttl=CLAIMS_TTL).connect(orders)
    override(orders.queue, "MessageRetentionPeriod", value)


def record_age(stack: cdk.Stack, value: Any) -> None:
    stream = EventStream(stack, "Stream")
    processor = StreamProcessor(stack, "Clicks", stream=stream, function="click_counters")
    override(processor.source, "MaximumRecordAgeInSeconds", value)


def stream_retention(stack: cdk.Stack, value: Any) -> None:
    stream = EventStream(stack, "Stream")
    StreamProcessor(stack, "Clicks", stream=stream, function="click_counters")
    override(stream, "RetentionPeriodHours", value)


def api_timeout(stack: cdk.Stack, value: Any) -> None:
    override(LambdaApi(stack, "Api", function="order_intake", routes=["GET /x"]).function, "Timeout", value)


def step_timeout(stack: cdk.Stack, value: Any) -> None:
    charge = PythonFunction(stack, "Charge", code="order_worker")
    Workflow(stack, "Order", steps=[Step("charge", Invoke(charge))], express=True)
    override(charge, "Timeout", value)


PLACES: list[tuple[Callable[[cdk.Stack, Any], None], str, str]] = [
    (timeout, "901", "visibility_timeout"),
    (queue("VisibilityTimeout"), "100", "visibility_timeout"),
    (reservation, "3", "max_concurrency"),
    (source_concurrency, "999", "max_concurrency"),
    (queue("MessageRetentionPeriod"), "1209600", "dead_letter_queue"),
    (queue("RedrivePolicy.maxReceiveCount"), "0", "maxReceiveCount"),
    (memory_of_claims, "864000", "ttl"),
    (record_age, "30", "max_record_age"),
    (stream_retention, "1", "max_record_age"),
    (api_timeout, "40", "timeout of Test/Api/Handler"),
    (step_timeout, "901", "step 'charge' timeout"),
]
IDS = [f"{option}-{place.__name__}" for place, _, option in PLACES]


@pytest.mark.parametrize(("place", "given", "option"), PLACES, ids=IDS)
def test_judges_a_number_that_is_written_as_text(
    stack: cdk.Stack, refused: Callable[[], str], place: Callable[..., None], given: str, option: str
) -> None:
    place(stack, given)
    assert re.search(rf"Test/\S+: {re.escape(option)} must be ", refused())


@pytest.mark.parametrize("place", [each for each, _, _ in PLACES], ids=IDS)
def test_says_what_it_cannot_judge(stack: cdk.Stack, synth: Synth, place: Callable[..., None]) -> None:
    cdk.CfnCondition(stack, "IsDev", expression=cdk.Fn.condition_equals(cdk.Aws.REGION, "eu-west-1"))
    place(stack, DEV)
    synth()
    stage = cdk.Stage.of(stack)
    assert stage is not None
    report = json.loads(Path(stage.outdir, "validation-report.json").read_text())
    told = [v["description"] for plugin in report["pluginReports"] for v in plugin["violations"]]
    assert any('must be known at synth to be judged, got {"Fn::If"' in each for each in told), told


@pytest.mark.parametrize("place", [each for each, _, _ in PLACES], ids=IDS)
def test_refuses_what_is_no_number(
    stack: cdk.Stack, refused: Callable[[], str], place: Callable[..., None]
) -> None:
    place(stack, "abc")
    assert "must be a number, got 'abc'; CloudFormation takes nothing else there" in refused()


def renamed_machine(stack: cdk.Stack) -> None:
    charge = PythonFunction(stack, "Charge", code="order_worker")
    machine = Workflow(stack, "Order", steps=[Step("charge", Invoke(charge))], express=True)
    override(machine, "StateMachineName", "mine")


def renamed_delivery(stack: cdk.Stack) -> None:
    archive = StreamArchive(stack, "Archive", stream=EventStream(stack, "Stream"), columns={"id": "string"})
    cast(cdk.CfnResource, archive.node.find_child("Delivery")).add_property_override(
        "DeliveryStreamName", "mine"
    )


@pytest.mark.parametrize("rename", [renamed_machine, renamed_delivery])
def test_refuses_a_name_that_policies_say_otherwise(
    stack: cdk.Stack, refused: Callable[[], str], rename: Callable[[cdk.Stack], None]
) -> None:
    rename(stack)
    assert re.search(r"name must be [\w-]+, got mine; leave it: policies name it by this text", refused())


@pytest.mark.parametrize("value", [None, "abc", {"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:1:mine"}, []])
@pytest.mark.parametrize("is_own", [False, True])
def test_refuses_a_queue_whose_failed_messages_nobody_sees(
    stack: cdk.Stack, refused: Callable[[], str], value: Any, *, is_own: bool
) -> None:
    dead = sqs.Queue(stack, "Dead", retention_period=cdk.Duration.days(14))
    own = sqs.Queue(
        stack,
        "Own",
        visibility_timeout=cdk.Duration.minutes(10),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=3),
    )
    given = QueueWorker(stack, "W", function="order_worker", queue=own).queue if is_own else None
    override(given or DurableQueue(stack, "Jobs"), "RedrivePolicy", value)
    assert re.search(
        r"dead_letter_queue must be that of the queue's RedrivePolicy, Test/\w+, got .*; "
        "leave deadLetterTargetArn, or messages that fail are lost or wait unseen",
        refused(),
    )


def test_takes_a_redrive_policy_that_deployment_chooses_with_a_warning(
    stack: cdk.Stack, synth: Synth
) -> None:
    jobs = DurableQueue(stack, "Jobs")
    other = {"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:1:mine", "maxReceiveCount": 3}
    cdk.CfnCondition(stack, "IsDev", expression=cdk.Fn.condition_equals(cdk.Aws.REGION, "eu-west-1"))
    cast(cdk.CfnResource, default_child(jobs)).add_override(
        "Properties.RedrivePolicy", {"Fn::If": ["IsDev", other, other]}
    )
    synth()
