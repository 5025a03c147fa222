import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs

from tests.templates import actions, ids_of, lost, of_type, the
from wellmade.foundation import OnDemandTable, monitor
from wellmade.streaming import ChangeFeed, EventStream, StreamProcessor
from wellmade.streaming.stream_consumer import StreamConsumer
from wellmade.streaming.stream_source import source_of
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]
SOURCE, FUNCTION = "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function"
STREAM_ARN = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"


def define(stack: cdk.Stack, **options: Any) -> StreamProcessor:
    stream = options.pop("stream", None) or EventStream(stack, "Clicks")
    return StreamProcessor(stack, "Counters", **{"stream": stream, "function": "click_counters", **options})


def define_feed(stack: cdk.Stack, **options: Any) -> ChangeFeed:
    table = OnDemandTable(stack, "Table", partition_key="pk")
    return ChangeFeed(stack, "Feed", table=table, function="case_opener", **options)


@pytest.fixture(scope="module", params=[define, define_feed])
def template(request: pytest.FixtureRequest) -> dict[str, Any]:
    return synthesize(request.param)


@pytest.fixture(scope="module")
def deployed() -> dict[str, Any]:
    return synthesize(define)


def test_a_bad_record_is_isolated_tried_again_and_told(template: dict[str, Any]) -> None:
    source = the(template, SOURCE)
    assert source["BisectBatchOnFunctionError"] is True
    assert source["MaximumRetryAttempts"] == 3
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    [failures] = ids_of(template, "AWS::SQS::Queue")
    assert source["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": [failures, "Arn"]}


def test_records_are_given_up_before_the_stream_forgets_them(template: dict[str, Any]) -> None:
    streams = of_type(template, "AWS::Kinesis::Stream")
    kept = streams[0]["RetentionPeriodHours"] * 3600 if streams else 24 * 3600
    assert the(template, SOURCE)["MaximumRecordAgeInSeconds"] < kept


def test_alarms_on_what_falls_behind_and_what_is_given_up(template: dict[str, Any]) -> None:
    alarms = {
        (a["Namespace"], a["MetricName"]): a["Threshold"] for a in of_type(template, "AWS::CloudWatch::Alarm")
    }
    age = the(template, SOURCE)["MaximumRecordAgeInSeconds"]
    assert alarms["AWS/Lambda", "IteratorAge"] == age * 1000 / 4
    assert alarms["AWS/SQS", "ApproximateNumberOfMessagesVisible"] == 0
    assert {("AWS/Lambda", "Errors"), ("AWS/Lambda", "Throttles")} <= alarms.keys()


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


def test_hands_records_over_as_the_user_wants(stack: cdk.Stack, synth: Synth) -> None:
    define(
        stack,
        batch_size=500,
        max_batching_window=cdk.Duration.seconds(30),
        filters=[{"data": {"page": ["home"]}}],
        parallelization_factor=4,
        max_record_age=cdk.Duration.days(2),
        starting_position=datetime(2026, 1, 1, tzinfo=UTC),
    )
    source = the(synth(), SOURCE)
    assert (source["BatchSize"], source["MaximumBatchingWindowInSeconds"]) == (500, 30)
    assert source["ParallelizationFactor"] == 4
    assert source["MaximumRecordAgeInSeconds"] == 2 * 86400
    assert (source["StartingPosition"], source["StartingPositionTimestamp"]) == ("AT_TIMESTAMP", 1767225600)
    assert source["FilterCriteria"] == {"Filters": [{"Pattern": '{"data":{"page":["home"]}}'}]}


@pytest.mark.parametrize(("hours", "age"), [(24, 12), (36, 18), (48, 24), (168, 24)])
def test_gives_up_at_half_of_any_streams_retention(
    stack: cdk.Stack, synth: Synth, hours: int, age: int
) -> None:
    define(stack, stream=kinesis.Stream(stack, "Theirs", retention_period=cdk.Duration.hours(hours)))
    assert the(synth(), SOURCE)["MaximumRecordAgeInSeconds"] == age * 3600


def test_reads_an_imported_stream(stack: cdk.Stack, synth: Synth) -> None:
    define(stack, stream=kinesis.Stream.from_stream_arn(stack, "Theirs", STREAM_ARN))
    source = the(synth(), SOURCE)
    assert (source["EventSourceArn"], source["MaximumRecordAgeInSeconds"]) == (STREAM_ARN, 12 * 3600)


def test_asks_how_long_an_imported_stream_keeps_records_where_that_matters(
    stack: cdk.Stack, synth: Synth
) -> None:
    stream = kinesis.Stream.from_stream_arn(stack, "Theirs", STREAM_ARN)
    two_days = cdk.Duration.days(2)
    message = (
        "Test/Asked: stream_retention must be given for an imported stream where max_record_age is over 24 "
        "hours, got None; give how long the stream keeps its records"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        StreamProcessor(stack, "Asked", stream=stream, function="click_counters", max_record_age=two_days)
    define(stack, stream=stream, max_record_age=two_days, stream_retention=cdk.Duration.days(7))
    assert the(synth(), SOURCE)["MaximumRecordAgeInSeconds"] == 2 * 86400


def test_reads_what_a_key_of_the_user_encrypts(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    define(stack, stream=EventStream(stack, "Clicks", encryption_key=key), encryption_key=key)
    template = synth()
    assert {"kinesis:GetRecords", "sqs:SendMessage", "kms:Decrypt", "kms:GenerateDataKey"} <= actions(
        template, "Counters"
    )
    inside = str([r["Policies"] for r in of_type(template, "AWS::IAM::Role")])
    assert "kinesis:GetRecords" not in inside
    assert "sqs:SendMessage" not in inside


def test_enhanced_fan_out_reads_by_a_consumer_of_its_own(stack: cdk.Stack, synth: Synth) -> None:
    define(stack, enhanced_fan_out=True)
    template = synth()
    [consumer] = ids_of(template, "AWS::Kinesis::StreamConsumer")
    assert the(template, SOURCE)["EventSourceArn"] == {"Fn::GetAtt": [consumer, "ConsumerARN"]}
    assert "kinesis:SubscribeToShard" in actions(template)


def test_failed_records_go_to_a_queue_of_the_users(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    mine = sqs.Queue(stack, "Mine", encryption_master_key=key)
    processor = define(stack, on_failure_queue=mine)
    monitor(stack, processor)
    template = synth()
    [name] = ids_of(template, "AWS::SQS::Queue")
    assert the(template, SOURCE)["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0] == name
    assert {"sqs:SendMessage", "kms:GenerateDataKey"} <= actions(template, "Counters")


def test_failed_records_go_to_an_imported_queue(stack: cdk.Stack, synth: Synth) -> None:
    arn = "arn:aws:sqs:eu-west-1:111122223333:failed"
    define(stack, on_failure_queue=sqs.Queue.from_queue_arn(stack, "Mine", arn))
    template = synth()
    assert the(template, SOURCE)["DestinationConfig"]["OnFailure"]["Destination"] == arn
    dimensions = [a["Dimensions"] for a in of_type(template, "AWS::CloudWatch::Alarm")]
    assert [{"Name": "QueueName", "Value": "failed"}] in dimensions


def test_alarms_have_names_and_can_be_tuned_or_left_out(stack: cdk.Stack, synth: Synth) -> None:
    processor = define(
        stack,
        alarm_thresholds={
            "iterator_age": cdk.Duration.minutes(5),
            "failed_records": None,
            "errors": 3,
            "throttles": None,
            "duration": cdk.Duration.seconds(20),
            "concurrency": 4,
        },
    )
    assert processor.alarms.iterator_age.node.id == "IteratorAge"
    template = synth()
    alarms = {
        a["MetricName"]: a["Threshold"]
        for a in of_type(template, "AWS::CloudWatch::Alarm")
        if a["Namespace"] == "AWS/Lambda"
    }
    assert alarms == {
        "IteratorAge": 300_000,
        "DestinationDeliveryFailures": 0,
        "Errors": 3,
        "Duration": 20_000,
        "ConcurrentExecutions": 4,
    }


@pytest.mark.parametrize(
    "options",
    [
        {"batch_size": 10},
        {"parallelization_factor": 2},
        {"max_record_age": cdk.Duration.hours(3)},
        {"enhanced_fan_out": True},
        {"alarm_thresholds": {"failed_records": None}},
        {"removal_policy": cdk.RemovalPolicy.DESTROY},
    ],
)
def test_tuning_a_deployed_processor_deletes_nothing(
    deployed: dict[str, Any], options: dict[str, Any]
) -> None:
    assert lost(deployed, synthesize(lambda stack: define(stack, **options))) == set()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"parallelization_factor": 11},
            "parallelization_factor must be between 1 and 10, got 11; 1 keeps up with most streams",
        ),
        ({"batch_size": 0}, "batch_size must be between 1 and 10000, got 0; 100 suit most work"),
        (
            {"max_batching_window": cdk.Duration.minutes(6)},
            "max_batching_window must be between 0 and 300, got 360; 1 second suits most work",
        ),
        (
            {"filters": [{"data": ["x"]}] * 6},
            "filters must be between 0 and 5, got 6; write several values into one",
        ),
        (
            {"max_record_age": cdk.Duration.days(8)},
            "max_record_age in seconds must be between 60 and 604800, got 691200; 24 hours outlast an outage",
        ),
        (
            {"stream_retention": cdk.Duration.days(2)},
            "stream_retention must be left out for a stream of this app, got 172800 s; "
            "set it where the stream is defined",
        ),
        (
            {"alarm_thresholds": {"depth": 1}},
            "alarm_thresholds must be for one of failed_records, iterator_age, "
            "destination_failures, errors, throttles, duration, concurrency, got 'depth'; "
            "give a number, or None to leave an alarm out",
        ),
        (
            {"function": 7},
            "function must be a name, a Path, an IFunction or a FunctionBase, got 7; "
            "pass a name, a Path, an IFunction or a FunctionBase",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Counters: ' + message)}$"):
        define(stack, **options)


def test_refuses_a_fifo_queue_for_failed_records(stack: cdk.Stack) -> None:
    message = (
        "Test/Counters: on_failure_queue must be a standard queue, got a FIFO queue; "
        "an event source sends to standard queues only"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define(stack, on_failure_queue=sqs.Queue(stack, "Mine", fifo=True))


def test_refuses_a_key_beside_a_queue_of_the_users(stack: cdk.Stack) -> None:
    message = (
        "Test/Counters: encryption_key must be left out beside on_failure_queue=, got a key; "
        "set it where the queue is defined"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        define(stack, on_failure_queue=sqs.Queue(stack, "Mine"), encryption_key=kms.Key(stack, "Key"))


def test_refuses_a_stream_that_forgets_first(stack: cdk.Stack) -> None:
    stream = EventStream(stack, "Clicks", retention=cdk.Duration.hours(24))
    said = (
        "Test/Counters: max_record_age must be at most the stream's retention of 86400 s, got 90000 s; "
        "raise the stream's retention, or lower the age: a record that expires first is lost"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        define(stack, stream=stream, max_record_age=cdk.Duration.hours(25))


BROKEN: list[tuple[str, Any, str]] = [
    (
        "MaximumRetryAttempts",
        -1,
        "Test/Counters: maximum_retry_attempts must be 0 to 10000, got -1; "
        "or one bad record holds up its shard until it expires",
    ),
    (
        "DestinationConfig",
        None,
        "Test/Counters: on_failure_queue must be a queue, got None; "
        "or records that failed are gone without a trace",
    ),
    (
        "FunctionResponseTypes",
        None,
        "Test/Counters: function_response_types must be ['ReportBatchItemFailures'], got None; "
        "or one bad record sends its whole batch back",
    ),
    (
        "MaximumRecordAgeInSeconds",
        -1,
        "Test/Counters: max_record_age must be 60 s to the stream's retention of 604800 s, got -1 s; "
        "or records expire before they are given up",
    ),
]


@pytest.mark.parametrize(("name", "value", "message"), BROKEN)
def test_refuses_at_synth_what_an_override_broke(
    stack: cdk.Stack, refused: Callable[[], str], name: str, value: Any, message: str
) -> None:
    processor: StreamConsumer = define(stack)
    source_of(processor.source).add_property_override(name, value)
    assert message in refused()


def test_refuses_at_synth_a_stream_that_an_override_lets_forget(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    stream = EventStream(stack, "Clicks")
    define(stack, stream=stream, max_record_age=cdk.Duration.days(2))
    stream.resource.add_property_override("RetentionPeriodHours", 24)
    assert (
        "Test/Counters: max_record_age must be 60 s to the stream's retention of 86400 s, got 172800 s; "
        "or records expire before they are given up"
    ) in refused()
