import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from tests.templates import actions, lost, of_type, the
from wellmade.foundation import PythonFunction, monitor
from wellmade.streaming import EventStream
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(lambda stack: EventStream(stack, "Clicks"))


def test_outlasts_a_weekend_is_encrypted_and_named_by_cloudformation(template: dict[str, Any]) -> None:
    stream = the(template, "AWS::Kinesis::Stream")
    assert stream["RetentionPeriodHours"] == 7 * 24
    assert stream["StreamEncryption"]["EncryptionType"] == "KMS"
    assert stream["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert "Name" not in stream


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "event_stream")


def test_is_a_stream_to_everything_of_the_cdk(stack: cdk.Stack, synth: Synth) -> None:
    stream = EventStream(stack, "Clicks", shards=2)
    writer = iam.Role(stack, "Writer", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
    assert isinstance(stream, kinesis.Stream)
    stream.grant_write(writer)
    monitor(stack, stream)
    template = synth()
    assert the(template, "AWS::Kinesis::Stream")["ShardCount"] == 2
    assert "kinesis:PutRecords" in actions(template, "Writer")


def test_connects_anybodys_function_with_one_action(stack: cdk.Stack, synth: Synth) -> None:
    function = lambda_.Function(
        stack,
        "Producer",
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = async () => {}"),
    )
    EventStream(stack, "Clicks").connect(function, prefix="CLICKS_")
    template = synth()
    assert actions(template, "Producer") == {"kinesis:PutRecords"}
    variables = the(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert set(variables) == {"CLICKS_STREAM_NAME"}


def test_is_encrypted_with_a_key_of_the_user_without_a_cycle(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    producer = PythonFunction(stack, "Producer", code="click_intake")
    role = cast(iam.IRole, producer.role)
    key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ArnPrincipal(role.role_arn)], actions=["kms:GenerateDataKey"], resources=["*"]
        )
    )
    EventStream(stack, "Clicks", encryption_key=key).connect(producer)
    template = synth()
    assert "Key961B73FD" in str(the(template, "AWS::Kinesis::Stream")["StreamEncryption"])
    assert {"kinesis:PutRecords", "kms:GenerateDataKey"} <= actions(template, "Producer")


def test_alarms_have_names_and_can_be_left_out(stack: cdk.Stack, synth: Synth) -> None:
    stream = EventStream(stack, "Clicks", alarm_thresholds={"read_throttles": None, "write_throttles": 5})
    assert stream.alarms.write_throttles.node.id == "WriteThrottles"
    [alarm] = of_type(synth(), "AWS::CloudWatch::Alarm")
    assert (alarm["MetricName"], alarm["Threshold"]) == ("WriteProvisionedThroughputExceeded", 5)


@pytest.mark.parametrize(
    "options",
    [
        {"retention": cdk.Duration.days(30)},
        {"shards": 4},
        {"alarm_thresholds": {"read_throttles": None}},
        {"removal_policy": cdk.RemovalPolicy.DESTROY},
    ],
)
def test_tuning_a_deployed_stream_loses_no_record(template: dict[str, Any], options: dict[str, Any]) -> None:
    assert lost(template, synthesize(lambda stack: EventStream(stack, "Clicks", **options))) == set()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"retention": cdk.Duration.hours(1)},
            "retention in hours must be between 24 and 8760, got 1; 7 days outlast a long weekend",
        ),
        (
            {"retention": cdk.Duration.minutes(25 * 60 + 1)},
            "retention must be whole hours, got 90060 s; round it up",
        ),
        ({"shards": 0}, "shards must be at least 1, got 0; leave it out for on-demand capacity"),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Clicks: ' + message)}$"):
        EventStream(stack, "Clicks", **options)
