"""Firehose to S3 Parquet, to be asked with Athena."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_athena as athena
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_glue as glue
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.foundation.accepted import accept
from wellmade.foundation.alarms import define_alarm
from wellmade.foundation.log_group import define_log_group
from wellmade.foundation.names import stack_scoped_name
from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.foundation.refusal import refusal, require_between
from wellmade.foundation.tree import seconds, stack_of
from wellmade.foundation.workload_role import WorkloadRole, service_of
from wellmade.streaming.archive_tables import define_table, define_workgroup
from wellmade.streaming.archive_tiers import tier_for
from wellmade.streaming.event_stream import EventStream

ACCEPTED = {
    "AwsSolutions::AwsSolutions-KDF1": "It reads an encrypted stream, whose encryption holds on the way.",
}
SEVEN_YEARS = Duration.days(7 * 365 + 2)
"""With both leap days, since a day short of the promise is short."""
DATA, REFUSED, ANSWERS = "data/", "refused/", "answers/"


class StreamArchive(Construct):
    """Keep every record of a stream for years, in files that are cheap to keep and cheap to ask.

    Defines: delivery stream, bucket with tiering, Glue database and table, Athena workgroup with a limit on
    what one query scans, log group, alarms on data that is late and on records that fit no columns.

    Records are JSON objects; they become Parquet, compressed, in a folder for each hour that Athena finds
    without a crawler. What is no such object goes to `refused/` for 90 days, with an alarm. After 90 days
    objects move to the cheapest storage class from which they are back in the time that `retrieval` promises.

    Example:
        clicks = EventStream(self, "Clicks")
        archive = StreamArchive(self, "Archive", stream=clicks, columns={"user": "string", "page": "string"})

    Args:
        stream: What is kept.
        columns: The fields of a record that are kept, with their types in Glue.
        keep_for: How long objects are kept, at least 91 days. Default: 7 years.
        retrieval: How long somebody who needs an old object will wait for it. Default: not at all.
        storage_class: The storage class of old objects, where the one computed from `retrieval` will not do.
            Default: that one.
        scan_limit_gb: Most that one query may read, in GB. Default: 100.
        removal_policy: What happens to the data when it leaves the stack. Default: it is retained.

    Raises:
        ValueError: If there is no column, `keep_for` or the limit is out of bounds, or the storage class
            gives objects back later than `retrieval` promises.
    """

    bucket: PrivateBucket
    """Where the files are."""
    table: glue.CfnTable
    workgroup: athena.CfnWorkGroup
    """Where queries run, with the limit and a place for their answers."""
    delivery: firehose.CfnDeliveryStream
    alarms: list[cloudwatch.Alarm]

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stream: EventStream,
        columns: Mapping[str, str],
        keep_for: Duration | None = None,
        retrieval: Duration | None = None,
        storage_class: s3.StorageClass | None = None,
        scan_limit_gb: int = 100,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, construct_id)
        kept = keep_for or SEVEN_YEARS
        self._refuse_wrong(columns, kept, scan_limit_gb)
        self.bucket = PrivateBucket(self, "Data", removal_policy=removal_policy)
        tier = tier_for(self, retrieval or Duration.seconds(0), storage_class)
        self._define_tiering(kept, tier)
        self.table = define_table(self, self.bucket, DATA, columns, kept)
        self.workgroup = define_workgroup(self, self.bucket, ANSWERS, scan_limit_gb)
        self.delivery = self._define_delivery(stream)
        self.alarms = [
            self._define_alarm(
                "LateData",
                metric="DeliveryToS3.DataFreshness",
                above=1800,
                description="Records have waited for half an hour. Read the delivery stream's log.",
            ),
            self._define_alarm(
                "RefusedRecords",
                metric="FailedConversion.Records",
                statistic="Sum",
                above=0,
                description=f"Records do not fit the columns. They are in {REFUSED} for 90 days.",
            ),
        ]

    def _refuse_wrong(self, columns: Mapping[str, str], kept: Duration, scan_limit_gb: int) -> None:
        if not columns:
            fix = "name the fields to keep, such as {'user': 'string'}: files without a schema stay JSON"
            raise refusal(self, "columns", "at least one", "none", fix)
        require_between(self, "keep_for in days", seconds(kept) / 86400, 91, 36500, "keep what must be kept")
        require_between(self, "scan_limit_gb", scan_limit_gb, 1, 100_000, "100 GB cost about half a dollar")

    def _define_tiering(self, kept: Duration, tier: s3.StorageClass) -> None:
        self.bucket.add_lifecycle_rule(
            prefix=DATA,
            expiration=kept,
            transitions=[s3.Transition(storage_class=tier, transition_after=Duration.days(90))],
        )
        self.bucket.add_lifecycle_rule(prefix=REFUSED, expiration=Duration.days(90))
        self.bucket.add_lifecycle_rule(prefix=ANSWERS, expiration=Duration.days(30))

    def _define_delivery(self, stream: EventStream) -> firehose.CfnDeliveryStream:
        name = stack_scoped_name(self, "Delivery", max_length=64)
        arn = stack_of(self).format_arn(service="firehose", resource="deliverystream", resource_name=name)
        role = WorkloadRole(
            self, "Role", assumed_by=service_of(self, "firehose.amazonaws.com", arn), policy_name="Deliver"
        )
        self._allow(role, stream)
        delivery = firehose.CfnDeliveryStream(
            self,
            "Delivery",
            delivery_stream_name=name,
            delivery_stream_type="KinesisStreamAsSource",
            kinesis_stream_source_configuration=firehose.CfnDeliveryStream.KinesisStreamSourceConfigurationProperty(
                kinesis_stream_arn=stream.stream.stream_arn, role_arn=role.role_arn
            ),
            extended_s3_destination_configuration=self._destination(role),
        )
        delivery.node.add_dependency(role)
        accept(delivery, ACCEPTED)
        return delivery

    def _allow(self, role: WorkloadRole, stream: EventStream) -> None:
        """Give Firehose what its guide asks for, on these resources alone.

        Source: https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html
        """
        reads = [
            "kinesis:DescribeStream",
            "kinesis:GetShardIterator",
            "kinesis:GetRecords",
            "kinesis:ListShards",
        ]
        role.allow(reads, [stream.stream.stream_arn], called_by="Firehose, to read the stream")
        of_bucket = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
        role.allow(of_bucket, [self.bucket.bucket_arn], called_by="Firehose, to write files")
        of_objects = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        written = [self.bucket.arn_for_objects(f"{prefix}*") for prefix in (DATA, REFUSED)]
        role.allow(of_objects, written, called_by="Firehose, to write files")
        catalog = [
            stack_of(self).format_arn(service="glue", resource=each)
            for each in (
                "catalog",
                f"database/{self.table.database_name}",
                f"table/{self.table.database_name}/{self.table.ref}",
            )
        ]
        schema = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"]
        role.allow(schema, catalog, called_by="Firehose, to know the columns")

    def _destination(
        self, role: WorkloadRole
    ) -> firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty:
        group = define_log_group(self, "Logs", harmless="it tells of failed deliveries, not of records")
        # Firehose makes no stream of its own, and drops what it would have written.
        stream = logs.CfnLogStream(
            self, "LogStream", log_group_name=group.log_group_name, log_stream_name="delivery"
        )
        role.allow(["logs:PutLogEvents"], [group.log_group_arn], called_by="Firehose, to say what failed")
        hour = "!{timestamp:yyyy/MM/dd/HH}/"
        return firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty(
            bucket_arn=self.bucket.bucket_arn,
            role_arn=role.role_arn,
            prefix=f"{DATA}{hour}",
            error_output_prefix=f"{REFUSED}!{{firehose:error-output-type}}/{hour}",
            # Large files, since each one that a query opens takes time: 5 minutes or 128 MB.
            buffering_hints=firehose.CfnDeliveryStream.BufferingHintsProperty(
                interval_in_seconds=300, size_in_m_bs=128
            ),
            compression_format="UNCOMPRESSED",  # Parquet compresses inside
            cloud_watch_logging_options=firehose.CfnDeliveryStream.CloudWatchLoggingOptionsProperty(
                enabled=True, log_group_name=group.log_group_name, log_stream_name=stream.ref
            ),
            data_format_conversion_configuration=_parquet(self.table, role),
        )

    def _define_alarm(self, construct_id: str, **options: Any) -> cloudwatch.Alarm:
        dimensions = {"DeliveryStreamName": self.delivery.ref}
        return define_alarm(self, construct_id, namespace="AWS/Firehose", dimensions=dimensions, **options)


def _parquet(
    table: glue.CfnTable, role: WorkloadRole
) -> firehose.CfnDeliveryStream.DataFormatConversionConfigurationProperty:
    return firehose.CfnDeliveryStream.DataFormatConversionConfigurationProperty(
        enabled=True,
        input_format_configuration=firehose.CfnDeliveryStream.InputFormatConfigurationProperty(
            deserializer=firehose.CfnDeliveryStream.DeserializerProperty(
                open_x_json_ser_de=firehose.CfnDeliveryStream.OpenXJsonSerDeProperty()
            )
        ),
        output_format_configuration=firehose.CfnDeliveryStream.OutputFormatConfigurationProperty(
            serializer=firehose.CfnDeliveryStream.SerializerProperty(
                parquet_ser_de=firehose.CfnDeliveryStream.ParquetSerDeProperty(compression="SNAPPY")
            )
        ),
        schema_configuration=firehose.CfnDeliveryStream.SchemaConfigurationProperty(
            database_name=table.database_name,
            table_name=table.ref,
            region=Aws.REGION,
            role_arn=role.role_arn,
            version_id="LATEST",
        ),
    )
