"""What CloudFormation or a service would refuse at deployment is refused when it is written."""

from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs

from tests.refusals import refusals_of
from wellmade.api import LambdaApi
from wellmade.data import SessionCache
from wellmade.foundation import OnDemandTable, RefusedError, monitor, suppress, use_alarm_topic
from wellmade.messaging import EventBus, FanOutTopic, QueueWorker
from wellmade.network import Network
from wellmade.security import WebFirewall
from wellmade.streaming import ChangeFeed, EventStream, StreamArchive, StreamProcessor

ENVIRONMENT = cdk.Environment(account="111122223333", region="eu-west-1")


def here() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "S", env=ENVIRONMENT)


def refused(define: Callable[[cdk.Stack], object]) -> str:
    with pytest.raises(RefusedError) as error:
        define(here())
    return str(error.value)


def refused_at_synth(stack: cdk.Stack) -> list[RefusedError]:
    with pytest.raises(RuntimeError, match="alidation"):
        cast(cdk.App, stack.node.root).synth()
    return refusals_of(stack)


def api(stack: cdk.Stack, routes: Any, kind: Any = "http") -> LambdaApi:
    return LambdaApi(stack, "It", function="order_intake", routes=routes, kind=kind)


def worker(stack: cdk.Stack, construct_id: str = "Worker", **options: Any) -> QueueWorker:
    return QueueWorker(stack, construct_id, function="order_worker", **options)


@pytest.mark.parametrize(
    ("kind", "routes", "got"),
    [
        ("http", ["GET /x", "GET /x"], "each given once, got 'GET /x' twice"),
        ("http", ["GET /{a}", "GET /{b}"], "got GET /{a} and GET /{b}"),
        ("http", ["GET /{a}/x", "GET /{b}/x"], "got GET /{a}/x and GET /{b}/x"),
        ("http", ["GET /{a}/{a}"], "parameters of different names, got 'GET /{a}/{a}'"),
        ("rest", ["GET /{a}", "POST /{b}"], "got /{a} and /{b}"),
        ("rest", ["GET /o/{a}/x", "GET /o/{b}"], "got /o/{a} and /o/{b}"),
        ("rest", ["GET /{id}", "$default"], "got /{id} and /{proxy+}"),
        ("rest", ["ANY /{proxy+}", "$default"], "got ANY /{proxy+} and $default"),
    ],
)
def test_refuses_routes_that_conflict(kind: str, routes: list[str], got: str) -> None:
    said = refused(lambda stack: api(stack, routes, kind))
    assert said.startswith("S/It: routes must be ")
    assert got in said


@pytest.mark.parametrize(
    ("kind", "routes"),
    [
        ("http", ["GET /{a}", "POST /{b}", "ANY /{proxy+}", "$default", "GET /{a}/{b}"]),
        ("rest", ["GET /{a}", "POST /{a}", "GET /x/{b}", "GET /{a}/{b}"]),
    ],
)
def test_takes_routes_that_do_not(kind: str, routes: list[str]) -> None:
    assert list(api(here(), routes, kind).functions) == routes


@pytest.mark.parametrize(
    ("filters", "got"),
    [
        ([{}], "filters[0] must be a filter that names something, got an empty one"),
        ([{"body": "x"}], "filters[0].body must be a list of values or conditions, got 'x'; write ['x']"),
        ([{"body": {}}], "filters[0].body must be a list of values or conditions, got {}"),
        ([{"pattern": '{"body": {}}'}], "got 'pattern'; write the pattern itself"),
    ],
)
def test_refuses_filters_that_lambda_does_not_take(filters: list[Any], got: str) -> None:
    assert got in refused(lambda stack: worker(stack, filters=filters))


def test_refuses_filters_of_other_sources() -> None:
    def read(stack: cdk.Stack) -> object:
        stream = EventStream(stack, "Stream")
        return StreamProcessor(
            stack, "It", stream=stream, function="order_worker", filters=[{"body": {"a": ["b"]}}]
        )

    def feed(stack: cdk.Stack) -> object:
        table = OnDemandTable(stack, "Table", partition_key="id")
        return ChangeFeed(stack, "It", table=table, function="order_worker", filters=[{"data": {"a": ["b"]}}])

    assert "got 'body'; write the pattern itself, such as {'data'" in refused(read)
    assert "S/It: filters[0] must be by what a record has: awsRegion, dynamodb, " in refused(feed)


@pytest.mark.parametrize(
    ("options", "got"),
    [
        ({"partition_key": ""}, "partition_key must be a name of 1 to 255 bytes, got ''"),
        ({"partition_key": "é" * 128}, "partition_key must be a name of 1 to 255 bytes"),
        ({"partition_key": "id", "sort_key": ""}, "sort_key must be a name of 1 to 255 bytes, got ''"),
        ({"partition_key": "id", "sort_key": "id"}, "another attribute than the partition key, got 'id'"),
        (
            {"partition_key": "id", "time_to_live_attribute": "x" * 256},
            "time_to_live_attribute must be a name of 1 to 255 bytes",
        ),
    ],
)
def test_refuses_names_that_dynamodb_does_not_take(options: Any, got: str) -> None:
    assert got in refused(lambda stack: OnDemandTable(stack, "It", **options))


@pytest.mark.parametrize(
    ("columns", "got"),
    [
        ({"": "string"}, "columns must be named with up to 255 letters, digits and underscores, got ''"),
        ({"a b": "string"}, "got 'a b'"),
        ({"Id": "string", "id": "string"}, "columns must be of different names, got 'id' beside 'Id'"),
        ({"hour": "string"}, "got 'hour' beside hour, which every archive has"),
        ({"id": "nonsense"}, "columns['id'] must be a type of Athena, got 'nonsense'"),
        ({"id": "array<text>"}, "got 'array<text>'"),
        ({"id": "map<string>"}, "got 'map<string>'"),
    ],
)
def test_refuses_columns_that_athena_does_not_take(columns: dict[str, str], got: str) -> None:
    said = refused(lambda s: StreamArchive(s, "It", stream=EventStream(s, "Stream"), columns=columns))
    assert got in said


def test_takes_columns_of_all_kinds() -> None:
    stack = here()
    kinds = [
        "bigint",
        "decimal(10, 2)",
        "varchar(20)",
        "array<int>",
        "map<string,array<struct<a:int,b:map<string,date>>>>",
    ]
    columns = {f"column_{number}": kind for number, kind in enumerate(kinds)}
    StreamArchive(stack, "It", stream=EventStream(stack, "Stream"), columns=columns)


@pytest.mark.parametrize(
    ("options", "got"),
    [
        ({"node_type": "x"}, "node_type must be a node type, such as cache.t4g.micro, got 'x'"),
        ({"node_type": "cache.nope"}, "got 'cache.nope'"),
        ({"node_type": "cache.t4g.micro "}, "got 'cache.t4g.micro '"),
        (
            {"engine_version": "x"},
            "engine_version must be a version of Valkey from 7.2 on, as in 8.0, got 'x'",
        ),
        ({"engine_version": "7"}, "got '7'"),
        ({"engine_version": "6.2"}, "got '6.2'"),
    ],
)
def test_refuses_caches_that_there_are_not(options: Any, got: str) -> None:
    assert got in refused(lambda s: SessionCache(s, "It", vpc=Network(s, "Network").vpc, **options))


@pytest.mark.parametrize(
    "arn", ["x", "arn:aws:sqs:eu-west-1:111122223333:orders", "arn:aws:apigateway:eu-west-1::/apis/abc"]
)
def test_refuses_to_protect_what_takes_no_firewall(arn: str) -> None:
    said = refused(lambda stack: WebFirewall(stack, "It").protect(arn))
    assert said.startswith("S/It: entry must be the ARN of an application load balancer, a stage of a REST")
    assert f"got '{arn}'" in said


def test_refuses_a_second_firewall_before_one_entry() -> None:
    stack = here()
    orders: Any = api(stack, ["GET /x"], "rest")
    first, second = WebFirewall(stack, "First"), WebFirewall(stack, "Second")
    first.protect(orders)
    message = (
        "^S/Second: entry must be something without a firewall, got one that S/First is before already; "
    )
    for entry in (orders, orders.api.deployment_stage, orders.stage_arn):
        with pytest.raises(RefusedError, match=message):
            second.protect(entry)


def test_refuses_a_second_subscription_of_a_queue() -> None:
    stack = here()
    topic, consumer = FanOutTopic(stack, "Topic"), worker(stack)
    topic.subscribe("First", consumer)
    topic.subscribe("Other", worker(stack, "Other"))
    topic.subscribe("Again", consumer.queue)
    found = refused_at_synth(stack)
    assert [error.path for error in found] == ["S/Topic/First", "S/Topic/Again"]
    assert "consumer must be a queue without another subscription, got that of Topic" in str(found[0])


def test_refuses_a_subscription_beside_one_of_the_cdk() -> None:
    stack = here()
    topic, queue = sns.Topic(stack, "Topic"), sqs.Queue(stack, "Queue")
    FanOutTopic(stack, "FanOut", topic=topic).subscribe("Ours", queue)
    dead = sqs.Queue(stack, "Dead")
    topic.add_subscription(subscriptions.SqsSubscription(queue, dead_letter_queue=dead))
    assert [error.option for error in refused_at_synth(stack)] == ["consumer"]


WRONG: Any = "x"


@pytest.mark.parametrize(
    ("define", "said"),
    [
        (
            lambda s: monitor(s, WRONG),
            "S/Monitor: constructs[0] must be an IConstruct, got 'x'; ",
        ),
        (
            lambda s: FanOutTopic(s, "Topic").subscribe("It", WRONG),
            "S/Topic/It: consumer must be a queue, a worker with one, or a function, got str; pass a",
        ),
        (lambda _: monitor(WRONG), "monitor: scope must be a Construct, got 'x'; "),
        (lambda s: use_alarm_topic(s, WRONG), "S: topic must be an ITopic or a Topic, got 'x'; define it"),
        (lambda s: suppress(worker(s), WRONG), "S/Worker: reasons must be a mapping, got "),
        (
            lambda s: suppress(worker(s), {"queue-visibility": "It is short."}),
            "S/Worker: construct must be a resource, or a construct made around one, got QueueWorker; name the",
        ),
        (
            lambda s: suppress(worker(s), {"CKV_AWS_1": "It is short."}),
            "S/Worker: construct must be a resource",
        ),
    ],
)
def test_refuses_in_one_sentence(define: Callable[[cdk.Stack], object], said: str) -> None:
    assert refused(define).startswith(said)


def test_suppresses_findings_of_cdk_nag_on_whole_patterns() -> None:
    suppress(worker(here()), {"AwsSolutions::AwsSolutions-SQS3": "It is a test."})


def test_monitors_what_subscribe_and_add_target_return() -> None:
    stack = here()
    subscription = FanOutTopic(stack, "Topic").subscribe("Orders", worker(stack))
    rule = EventBus(stack, "Bus").add_target("Sold", worker(stack, "Other"), event="Sold.v1")
    made = monitor(stack, subscription, rule)
    assert made.composite_alarm
    body = str(stack.resolve(made.dashboard.node.default_child.dashboard_body))  # type: ignore[union-attr]
    assert "Orders: undelivered" in body
    assert "Sold: failed deliveries" in body
