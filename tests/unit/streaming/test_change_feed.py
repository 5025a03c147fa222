import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from tests.templates import actions, the
from wellmade.foundation import OnDemandTable
from wellmade.streaming import ChangeFeed

Synth = Callable[[], dict[str, Any]]
SOURCE = "AWS::Lambda::EventSourceMapping"
KEY = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
INSERTS = {"eventName": ["INSERT"]}
SUSPICIOUS = {"dynamodb": {"NewImage": {"suspicious": {"BOOL": [True]}}}}
ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"


def feed(stack: cdk.Stack, table: Any, **options: Any) -> ChangeFeed:
    return ChangeFeed(stack, "Feed", table=table, function="case_opener", **options)


def test_turns_the_stream_on_and_filters(stack: cdk.Stack, synth: Synth) -> None:
    feed(stack, OnDemandTable(stack, "Table", partition_key="pk"), filters=[INSERTS])
    template = synth()
    view = the(template, "AWS::DynamoDB::Table")["StreamSpecification"]
    assert view == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert the(template, SOURCE)["FilterCriteria"] == {"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}]}


@pytest.mark.parametrize("stream", [None, dynamodb.StreamViewType.KEYS_ONLY])
def test_reads_any_table_and_leaves_its_view_type(
    stack: cdk.Stack, synth: Synth, stream: dynamodb.StreamViewType | None
) -> None:
    feed(stack, dynamodb.Table(stack, "Table", partition_key=KEY, stream=stream), filters=[INSERTS])
    template = synth()
    view = the(template, "AWS::DynamoDB::Table")["StreamSpecification"]["StreamViewType"]
    assert view == ("KEYS_ONLY" if stream else "NEW_AND_OLD_IMAGES")
    assert the(template, SOURCE)["EventSourceArn"]["Fn::GetAtt"][1] == "StreamArn"


def test_reads_a_global_table_and_leaves_its_view_type(stack: cdk.Stack, synth: Synth) -> None:
    view = dynamodb.StreamViewType.NEW_IMAGE
    feed(
        stack,
        dynamodb.TableV2(stack, "Table", partition_key=KEY, dynamo_stream=view),
        filters=[SUSPICIOUS],
    )
    template = synth()
    stream = the(template, "AWS::DynamoDB::GlobalTable")["StreamSpecification"]
    assert stream == {"StreamViewType": "NEW_IMAGE"}
    assert the(template, SOURCE)["EventSourceArn"]["Fn::GetAtt"][1] == "StreamArn"


def test_reads_an_imported_table_by_the_arn_of_its_stream(stack: cdk.Stack, synth: Synth) -> None:
    stream = f"{ARN}/stream/2026-01-01T00:00:00.000"
    table = dynamodb.Table.from_table_attributes(stack, "Table", table_arn=ARN, table_stream_arn=stream)
    feed(stack, table)
    assert the(synth(), SOURCE)["EventSourceArn"] == stream


def test_reads_what_a_key_of_the_user_encrypts(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    feed(stack, OnDemandTable(stack, "Table", partition_key="pk", encryption_key=key))
    assert {"dynamodb:GetRecords", "kms:Decrypt"} <= actions(synth(), "Feed")


def test_reads_a_table_of_another_stack(stack: cdk.Stack) -> None:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    feed(cdk.Stack(app, "Other"), OnDemandTable(stack, "Table", partition_key="pk"))
    assembly = app.synth()
    table = the(assembly.get_stack_by_name("Test").template, "AWS::DynamoDB::Table")
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    source = the(assembly.get_stack_by_name("Other").template, SOURCE)
    assert "Fn::ImportValue" in source["EventSourceArn"]


def refuses(message: str, define_it: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Feed: ' + message)}$"):
        define_it()


def test_refuses_an_imported_table_without_its_stream(stack: cdk.Stack) -> None:
    table = dynamodb.Table.from_table_arn(stack, "Table", ARN)
    refuses(
        "table must be imported with the ARN of its stream, got a table without; "
        "import it with from_table_attributes and table_stream_arn",
        lambda: feed(stack, table),
    )


def test_refuses_a_feed_that_outlasts_the_tables_stream(stack: cdk.Stack) -> None:
    table = OnDemandTable(stack, "Table", partition_key="pk")
    refuses(
        "max_record_age must be at most the stream's retention of 86400 s, got 90000 s; "
        "raise the stream's retention, or lower the age: a record that expires first is lost",
        lambda: feed(stack, table, max_record_age=cdk.Duration.hours(25)),
    )


def test_refuses_a_moment_to_start_at(stack: cdk.Stack) -> None:
    table = OnDemandTable(stack, "Table", partition_key="pk")
    refuses(
        "starting_position must be TRIM_HORIZON or LATEST, got AT_TIMESTAMP; "
        "a table's stream knows no moments",
        lambda: feed(stack, table, starting_position=lambda_.StartingPosition.AT_TIMESTAMP),
    )


def test_refuses_a_filter_on_an_image_that_the_stream_does_not_show(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    keys = dynamodb.StreamViewType.KEYS_ONLY
    feed(stack, dynamodb.Table(stack, "Table", partition_key=KEY, stream=keys), filters=[SUSPICIOUS])
    assert (
        "Test/Feed: filters must be on what the table's stream of view type KEYS_ONLY shows, got one on "
        "NewImage; compare keys or eventName, or let the stream show NEW_AND_OLD_IMAGES"
    ) in refused()


OFF = (
    "Test/Feed: table must be one with a stream, got none; "
    "turn it on where the table is defined, with view type NEW_AND_OLD_IMAGES"
)


def test_refuses_a_stream_that_an_override_turned_off(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    table = OnDemandTable(stack, "Table", partition_key="pk")
    feed(stack, table)
    table.resource.add_property_override("StreamSpecification", None)
    assert OFF in refused()


def test_refuses_a_global_table_without_a_stream(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    feed(stack, dynamodb.TableV2(stack, "Table", partition_key=KEY))
    assert OFF in refused()
