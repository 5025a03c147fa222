"""Streams and tables that the shop has, read by its own functions."""

from datetime import UTC, datetime

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infrastructure.services import (
    SERVICES,
    clicks_stream,
    dead_letter_queue,
    image_function,
    logs_bucket,
    node_function,
    own_bucket,
    own_table,
)
from wellmade.foundation import PythonFunction
from wellmade.streaming import ChangeFeed, EventStream, StreamArchive, StreamProcessor


class OwnStream(cdk.Stack):
    """The shop's own stream, read by a function in Node.js and by one in a container image."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        stream = clicks_stream(self)
        StreamProcessor(self, "Counting", stream=stream, function=node_function(self), batch_size=500)
        StreamProcessor(
            self,
            "Scoring",
            stream=stream,
            function=image_function(self),
            filters=[{"data": {"kind": ["click"]}}],
            parallelization_factor=2,
        )


class ImportedStream(cdk.Stack):
    """A stream that another team has deployed, from a day on, with a reader of its own."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        stream = kinesis.Stream.from_stream_arn(
            self, "Clicks", "arn:aws:kinesis:eu-west-1:111122223333:stream/theirs"
        )
        failed = dead_letter_queue(self, "Failed")
        StreamProcessor(
            self,
            "Counting",
            stream=stream,
            function=SERVICES / "gate",
            starting_position=datetime(2026, 11, 1, tzinfo=UTC),
            enhanced_fan_out=True,
            on_failure_queue=failed,
        )


class Producer(cdk.Stack):
    """A stream under the shop's own key; anybody's function writes to it."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(self, "Key", enable_key_rotation=True)
        stream = EventStream(self, "Clicks", encryption_key=key, retention=cdk.Duration.days(2))
        stream.connect(node_function(self))
        StreamProcessor(self, "Counting", stream=stream, function=SERVICES / "gate", encryption_key=key)


class OwnTable(cdk.Stack):
    """Changes of the shop's own tables, of both kinds that the CDK has."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        old = own_table(self, "Old")
        new = dynamodb.TableV2(
            self,
            "New",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
        )
        ChangeFeed(self, "OldChanges", table=old, function=node_function(self))
        ChangeFeed(
            self,
            "NewChanges",
            table=new,
            function=SERVICES / "gate",
            starting_position=lambda_.StartingPosition.LATEST,
        )


class OwnArchive(cdk.Stack):
    """An archive in the shop's own bucket."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        bucket = own_bucket(self, "Bucket", logs_bucket(self))
        stream = clicks_stream(self)
        archive = StreamArchive(
            self, "Archive", stream=stream, columns={"page": "string"}, bucket=bucket, prefix="clicks/"
        )
        analyst = PythonFunction(self, "Analyst", code=SERVICES / "gate")
        archive.connect(analyst)
