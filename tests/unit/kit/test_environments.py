"""What a pattern is given and cannot use from another region or account is refused, by option."""

from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.api import LambdaApi, LambdaAuthorizer
from wellmade.compute import FargateWorker
from wellmade.data import RelationalStore, SessionCache
from wellmade.foundation import (
    DurableQueue,
    EncryptedTopic,
    OnDemandTable,
    PythonFunction,
    RefusedError,
    use_alarm_topic,
)
from wellmade.ingest import FilePipeline
from wellmade.messaging import EventBus, FanOutTopic, OrderedQueueWorker, QueueWorker
from wellmade.streaming import ChangeFeed, EventStream, StreamArchive, StreamProcessor
from wellmade.workflow import HumanApproval, Invoke, Step, Wait, Workflow

ACCOUNT, REGION = "111122223333", "eu-west-1"
ELSEWHERE = [("region", ACCOUNT, "us-east-1"), ("account", "444455556666", REGION)]
WORKER = "order_worker"


def function(scope: Construct) -> Any:
    return lambda_.Function(
        scope,
        "Function",
        code=lambda_.Code.from_inline("pass"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )


def queue(scope: Construct) -> Any:
    return sqs.Queue(scope, "Queue")


def table(scope: Construct) -> Any:
    return OnDemandTable(scope, "Table", partition_key="id")


def bucket(scope: Construct) -> Any:
    return s3.Bucket(scope, "Bucket")


def stream(scope: Construct) -> Any:
    return EventStream(scope, "Stream")


def invoking(scope: Construct, called: Any) -> Workflow:
    steps = [Step("Wait", Wait(cdk.Duration.seconds(5))), Step("Call", Invoke(called))]
    return Workflow(scope, "It", steps=steps)


def worker(scope: Construct, **options: Any) -> QueueWorker:
    return QueueWorker(scope, "It", function=WORKER, **options)


def pipeline(scope: Construct, **options: Any) -> FilePipeline:
    return FilePipeline(scope, "It", function="tabular_ingest", **options)


def api(scope: Construct, **options: Any) -> LambdaApi:
    return LambdaApi(scope, "It", routes=["GET /"], **options)


Define = Callable[[cdk.Stack, cdk.Stack], object]
GIVEN: dict[str, tuple[str, Define]] = {
    "function of a worker": ("function", lambda s, o: QueueWorker(s, "It", function=function(o))),
    "function in order": (
        "function",
        lambda s, o: OrderedQueueWorker(s, "It", function=function(o), message_group_key="id"),
    ),
    "queue": ("queue", lambda s, o: worker(s, queue=queue(o))),
    "dead letters": ("dead_letter_queue", lambda s, o: worker(s, dead_letter_queue=queue(o))),
    "dead letters of a queue": (
        "dead_letter_queue",
        lambda s, o: DurableQueue(s, "It", dead_letter_queue=queue(o)),
    ),
    "inbox": ("bucket", lambda s, o: pipeline(s, bucket=bucket(o))),
    "results": ("results", lambda s, o: pipeline(s, results=bucket(o))),
    "quarantine": ("quarantine", lambda s, o: pipeline(s, quarantine=bucket(o))),
    "rows": ("table", lambda s, o: pipeline(s, table=table(o))),
    "stream": ("stream", lambda s, o: StreamProcessor(s, "It", function=WORKER, stream=stream(o))),
    "failed records": (
        "on_failure_queue",
        lambda s, o: StreamProcessor(s, "It", function=WORKER, stream=stream(s), on_failure_queue=queue(o)),
    ),
    "changes": ("table", lambda s, o: ChangeFeed(s, "It", function=WORKER, table=table(o))),
    "archived stream": (
        "stream",
        lambda s, o: StreamArchive(s, "It", columns={"id": "string"}, stream=stream(o)),
    ),
    "archive": (
        "bucket",
        lambda s, o: StreamArchive(s, "It", columns={"id": "string"}, stream=stream(s), bucket=bucket(o)),
    ),
    "function of an API": ("function", lambda s, o: api(s, function=function(o))),
    "authorizer": (
        "function",
        lambda s, o: api(s, function=WORKER, authorizer=LambdaAuthorizer(function(o))),
    ),
    "target": ("consumer", lambda s, o: EventBus(s, "It").add_target("Other", queue(o), event="Sold.v1")),
    "bus": ("bus", lambda s, o: EventBus(s, "It", bus=cast(Any, events.EventBus(o, "Bus")))),
    "consumer": ("consumer", lambda s, o: FanOutTopic(s, "It").subscribe("Other", function(o))),
    "topic": ("topic", lambda s, o: FanOutTopic(s, "It", topic=sns.Topic(o, "Topic"))),
    "step": ("step 'Call' function", lambda s, o: invoking(s, function(o))),
    "approval": ("function", lambda s, o: HumanApproval(s, "It", request_function=function(o))),
    "network of data": ("vpc", lambda s, o: RelationalStore(s, "It", vpc=ec2.Vpc(o, "Vpc"))),
    "network of a function": (
        "vpc",
        lambda s, o: PythonFunction(s, "It", code=WORKER, vpc=ec2.Vpc(o, "Vpc")),
    ),
    "network of tasks": (
        "vpc",
        lambda s, o: FargateWorker(s, "It", vpc=ec2.Vpc(o, "Vpc"), image="invoice_worker"),
    ),
    "alarm topic": ("topic", lambda s, o: use_alarm_topic(s, sns.Topic(o, "Topic"))),
}


CONNECTED: dict[str, Callable[[cdk.Stack, Any], object]] = {
    "queue": lambda s, o: DurableQueue(s, "It").connect(o),
    "topic": lambda s, o: EncryptedTopic(s, "It").connect(o),
    "table": lambda s, o: table(s).connect(o, actions=["dynamodb:GetItem"]),
    "stream": lambda s, o: EventStream(s, "It").connect(o),
    "bus": lambda s, o: EventBus(s, "It").connect(o),
    "fan-out": lambda s, o: FanOutTopic(s, "It").connect(o),
    "worker": lambda s, o: worker(s).connect(o),
    "pipeline": lambda s, o: pipeline(s).connect(o),
    "cache": lambda s, o: SessionCache(s, "It", vpc=ec2.Vpc(s, "Vpc")).connect(o),
    "store": lambda s, o: RelationalStore(s, "It", vpc=ec2.Vpc(s, "Vpc")).connect(o),
    "workflow": lambda s, o: invoking(s, function(s)).connect(o),
}
CALLERS: dict[str, Callable[[cdk.Stack], Any]] = {
    "function": function,
    "worker": worker,
    "program": lambda o: FargateWorker(o, "It", vpc=ec2.Vpc(o, "Vpc"), image="invoice_worker"),
}


def two_stacks(account: str, region: str) -> tuple[cdk.Stack, cdk.Stack]:
    app = cdk.App()
    here = cdk.Stack(app, "S", env=cdk.Environment(account=ACCOUNT, region=REGION))
    return here, cdk.Stack(app, "Other", env=cdk.Environment(account=account, region=region))


@pytest.mark.parametrize(("word", "account", "region"), ELSEWHERE)
@pytest.mark.parametrize("given", GIVEN)
def test_refuses_what_is_defined_elsewhere(given: str, word: str, account: str, region: str) -> None:
    option, define = GIVEN[given]
    here, other = two_stacks(account, region)
    ours, theirs = (ACCOUNT, account) if word == "account" else (REGION, region)
    message = (
        rf"^S(/It)?(/\w+)?: {option} must be of the {word} of the pattern, {ours}, got one of {theirs}; "
    )
    with pytest.raises(RefusedError, match=f"{message}define what works together in one {word}$"):
        define(here, other)


@pytest.mark.parametrize(("word", "account", "region"), ELSEWHERE)
@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("connected", CONNECTED)
def test_refuses_to_connect_what_is_elsewhere(
    connected: str, caller: str, word: str, account: str, region: str
) -> None:
    here, other = two_stacks(account, region)
    given = CALLERS[caller](other)
    with pytest.raises(RefusedError, match=rf"^S/\w+: workload must be of the {word} of the pattern"):
        CONNECTED[connected](here, given)


def test_connects_to_a_url_from_anywhere() -> None:
    here, other = two_stacks(ACCOUNT, "us-east-1")
    api(here, function=WORKER).connect(function(other))


@pytest.mark.parametrize(("word", "account", "region"), ELSEWHERE)
def test_refuses_an_imported_queue_of_elsewhere(word: str, account: str, region: str) -> None:
    here, _ = two_stacks(account, region)
    theirs = sqs.Queue.from_queue_arn(here, "Theirs", f"arn:aws:sqs:{region}:{account}:orders")
    with pytest.raises(RefusedError, match=f"^S/It: queue must be of the {word} of the pattern"):
        worker(here, queue=theirs, visibility_timeout=cdk.Duration.minutes(10))


def test_takes_an_imported_stream_of_another_account_and_whatever_is_not_known() -> None:
    here, _ = two_stacks(ACCOUNT, REGION)
    arn = f"arn:aws:kinesis:{REGION}:444455556666:stream/clicks"
    shared = kinesis.Stream.from_stream_arn(here, "Shared", arn)
    StreamProcessor(here, "Reader", function=WORKER, stream=shared)
    anywhere = cdk.Stack(cdk.App(), "Anywhere")
    arn = "arn:aws:sqs:us-west-2:444455556666:orders"
    theirs = sqs.Queue.from_queue_arn(anywhere, "Theirs", arn)
    worker(
        anywhere,
        queue=theirs,
        visibility_timeout=cdk.Duration.minutes(10),
        alarm_thresholds={"dead_letters": None},
    )
