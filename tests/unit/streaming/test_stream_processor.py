import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from wellmade.foundation import OnDemandTable
from wellmade.streaming import ChangeFeed, EventStream, StreamProcessor
from wellmade.streaming.stream_consumer import StreamConsumer
from wellmade.testing import synthesize

FILTER = {"eventName": ["INSERT"]}


def define(stack: cdk.Stack, **options: Any) -> StreamProcessor:
    stream = EventStream(stack, "Clicks")
    return StreamProcessor(stack, "Counters", stream=stream, package="click_counters", **options)


def define_feed(stack: cdk.Stack, **options: Any) -> ChangeFeed:
    table = OnDemandTable(stack, "Table", partition_key="pk")
    return ChangeFeed(stack, "Feed", table=table, package="case_opener", **options)


@pytest.fixture(scope="module", params=[define, define_feed])
def template(request: pytest.FixtureRequest) -> dict[str, Any]:
    return synthesize(request.param)


def of_type(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [r["Properties"] for r in template["Resources"].values() if r["Type"] == kind]


def test_a_bad_record_is_isolated_tried_again_and_told(template: dict[str, Any]) -> None:
    [source] = of_type(template, "AWS::Lambda::EventSourceMapping")
    assert source["BisectBatchOnFunctionError"] is True
    assert source["MaximumRetryAttempts"] == 3
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    [failures] = [n for n, r in template["Resources"].items() if r["Type"] == "AWS::SQS::Queue"]
    assert source["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": [failures, "Arn"]}


def test_records_are_given_up_before_the_stream_forgets_them(template: dict[str, Any]) -> None:
    [source] = of_type(template, "AWS::Lambda::EventSourceMapping")
    streams = of_type(template, "AWS::Kinesis::Stream")
    kept = streams[0]["RetentionPeriodHours"] * 3600 if streams else 24 * 3600
    assert source["MaximumRecordAgeInSeconds"] < kept


def test_alarms_on_what_falls_behind_and_what_is_given_up(template: dict[str, Any]) -> None:
    alarms = {(a["Namespace"], a["MetricName"]) for a in of_type(template, "AWS::CloudWatch::Alarm")}
    assert {
        ("AWS/Lambda", "IteratorAge"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/Lambda", "Errors"),
        ("AWS/Lambda", "Throttles"),
    } <= alarms


def test_grants_reading_of_this_stream_alone(template: dict[str, Any]) -> None:
    [role] = of_type(template, "AWS::IAM::Role")
    [statement] = [
        s
        for s in role["Policies"][0]["PolicyDocument"]["Statement"]
        if any("GetShardIterator" in action for action in s["Action"])
    ]
    assert statement["Resource"]["Fn::GetAtt"][1] in {"Arn", "StreamArn"}


@pytest.mark.parametrize(("defined", "name"), [(define, "stream_processor"), (define_feed, "change_feed")])
def test_looks_like(defined: Callable[[cdk.Stack], Any], name: str, snapshot: Callable[..., None]) -> None:
    snapshot(synthesize(defined), name)


def test_a_feed_turns_the_stream_on_and_filters(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    define_feed(stack, where=[FILTER])
    template = synth()
    [table] = of_type(template, "AWS::DynamoDB::Table")
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    [source] = of_type(template, "AWS::Lambda::EventSourceMapping")
    assert source["FilterCriteria"] == {"Filters": [{"Pattern": '{"eventName": ["INSERT"]}'}]}


def test_enhanced_fan_out_reads_by_a_consumer_of_its_own(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    define(stack, enhanced_fan_out=True)
    template = synth()
    [consumer] = [n for n, r in template["Resources"].items() if r["Type"] == "AWS::Kinesis::StreamConsumer"]
    [source] = of_type(template, "AWS::Lambda::EventSourceMapping")
    assert source["EventSourceArn"] == {"Fn::GetAtt": [consumer, "ConsumerARN"]}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"parallelization": 11},
            "Test/Counters: parallelization must be between 1 and 10, got 11; 1 keeps up with most streams",
        ),
        (
            {"maximum_record_age": cdk.Duration.days(8)},
            "Test/Counters: maximum_record_age in seconds must be between 60 and 604800, got 691200; "
            "24 hours outlast an outage",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define(stack, **options)


def test_refuses_a_stream_that_forgets_first(stack: cdk.Stack) -> None:
    stream = EventStream(stack, "Clicks", retention=cdk.Duration.hours(24))
    said = (
        "Test/Counters: maximum_record_age must be at most the stream's retention of 86400 s, got 90000 s; "
        "raise the stream's retention, or lower the age: a record that expires first is lost"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        StreamProcessor(
            stack,
            "Counters",
            stream=stream,
            package="click_counters",
            maximum_record_age=cdk.Duration.hours(25),
        )


def test_refuses_a_feed_that_outlasts_the_tables_stream(stack: cdk.Stack) -> None:
    with pytest.raises(ValueError, match="at most the stream's retention of 86400 s, got 90000 s"):
        define_feed(stack, maximum_record_age=cdk.Duration.hours(25))


def test_refuses_a_stream_for_a_moment(stack: cdk.Stack) -> None:
    said = "Test/Clicks: retention in hours must be between 24 and 8760, got 1; 7 days outlast a long weekend"
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        EventStream(stack, "Clicks", retention=cdk.Duration.hours(1))


BROKEN: list[tuple[str, Any, str]] = [
    (
        "maximum_retry_attempts",
        -1,
        "Test/Counters: maximum_retry_attempts must be 0 to 10000, got -1; "
        "or one bad record holds up its shard until it expires",
    ),
    (
        "destination_config",
        None,
        "Test/Counters: destination_config must be one with an on-failure destination, got None; "
        "or given up records are gone without a trace",
    ),
    (
        "function_response_types",
        None,
        "Test/Counters: function_response_types must be ['ReportBatchItemFailures'], got None; "
        "or one bad record sends its whole batch back",
    ),
    (
        "maximum_record_age_in_seconds",
        -1,
        "Test/Counters: maximum_record_age_in_seconds must be 60 to 604800, the stream's retention in "
        "seconds, got -1; or records expire before they are given up",
    ),
]


@pytest.mark.parametrize(("name", "value", "message"), BROKEN)
def test_refuses_at_synth_what_was_broken_behind_its_back(
    stack: cdk.Stack, refused: Callable[[], str], name: str, value: Any, message: str
) -> None:
    processor: StreamConsumer = define(stack)
    setattr(processor.source, name, value)
    assert message in refused()


def test_a_stream_serves_producers_with_one_action(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    processor = define(stack)
    EventStream(stack, "Other").serve(processor.function)
    [role] = of_type(synth(), "AWS::IAM::Role")
    actions = [s["Action"] for s in role["Policies"][0]["PolicyDocument"]["Statement"]]
    assert "kinesis:PutRecords" in actions


def test_event_stream_looks_like(snapshot: Callable[..., None]) -> None:
    snapshot(synthesize(lambda stack: EventStream(stack, "Clicks")), "event_stream")
