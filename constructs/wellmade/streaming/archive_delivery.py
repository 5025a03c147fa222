"""The delivery stream of an archive: what it reads, how it writes, and what its role holds."""

from dataclasses import dataclass

from aws_cdk import Aws
from aws_cdk import aws_glue as glue
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.kit.kept_names import keep_name
from wellmade.kit.log_group import define_log_group
from wellmade.kit.lookups import stack_of
from wellmade.kit.names import early_name
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.service_principals import service_of
from wellmade.kit.suppressions import suppress
from wellmade.streaming.archive_tables import Place

NAME_LENGTH = 64
SUPPRESSED = {
    "AwsSolutions::AwsSolutions-KDF1": "It reads an encrypted stream, whose encryption holds on the way.",
}
HOUR = "!{timestamp:yyyy/MM/dd/HH}/"
READS = ("kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards")
_Delivery = firehose.CfnDeliveryStream


@dataclass(frozen=True)
class Delivery:
    """What an archive's delivery stream joins.

    Args:
        stream: What it reads.
        place: Where it writes.
        table: Whose columns it writes.
        bucket_key: The key of the bucket; None where it has one of S3.
        encryption_key: The user's key for the log.
    """

    stream: kinesis.IStream
    place: Place
    table: glue.CfnTable
    bucket_key: kms.IKey | None
    encryption_key: kms.IKey | None


def define_delivery(scope: Construct, delivery: Delivery) -> firehose.CfnDeliveryStream:
    """Define the delivery stream with its role and its log.

    Its name is text: the role is for this delivery stream alone, and the delivery stream needs the role.
    """
    name = early_name(scope, "Delivery", max_length=NAME_LENGTH)
    arn = stack_of(scope).format_arn(service="firehose", resource="deliverystream", resource_name=name)
    role = WorkloadRole(
        scope, "Role", assumed_by=service_of(scope, "firehose.amazonaws.com", arn), policy_name="Deliver"
    )
    _allow(scope, role, delivery)
    source = _Delivery.KinesisStreamSourceConfigurationProperty(
        kinesis_stream_arn=delivery.stream.stream_arn, role_arn=role.role_arn
    )
    resource = firehose.CfnDeliveryStream(
        scope,
        "Delivery",
        delivery_stream_name=name,
        delivery_stream_type="KinesisStreamAsSource",
        kinesis_stream_source_configuration=source,
        extended_s3_destination_configuration=_destination(scope, role, delivery),
    )
    resource.node.add_dependency(role)
    keep_name(resource, "DeliveryStreamName", name)
    suppress(resource, SUPPRESSED)
    return resource


def _allow(scope: Construct, role: WorkloadRole, delivery: Delivery) -> None:
    """Give Firehose what its guide asks for, on these resources alone.

    Source: https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html
    """
    stream, place, key = delivery.stream, delivery.place, delivery.bucket_key
    stream_key = stream.encryption_key
    role.allow(
        READS, [stream.stream_arn], used_by="Firehose, to read the stream", keyed=stream_key is not None
    )
    if stream_key:
        role.allow(["kms:Decrypt"], [stream_key.key_arn], used_by="Firehose, to read the stream")
    writes = "Firehose, to write files"
    of_bucket = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    role.allow(of_bucket, [place.bucket.bucket_arn], used_by=writes, keyed=key is not None)
    of_objects = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
    written = [place.bucket.arn_for_objects(f"{prefix}*") for prefix in (place.data, place.failed)]
    role.allow(of_objects, written, used_by=writes, keyed=key is not None)
    if key:
        role.allow(["kms:Decrypt", "kms:GenerateDataKey"], [key.key_arn], used_by=writes)
    schema = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"]
    role.allow(schema, catalog_arns(scope, delivery.table), used_by="Firehose, to know the columns")


def catalog_arns(scope: Construct, table: glue.CfnTable) -> list[str]:
    """Return the ARNs that Glue asks for where somebody reads a table: of the catalog, database and table."""
    named = ("catalog", f"database/{table.database_name}", f"table/{table.database_name}/{table.ref}")
    return [stack_of(scope).format_arn(service="glue", resource=each) for each in named]


def _destination(
    scope: Construct, role: WorkloadRole, delivery: Delivery
) -> firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty:
    place = delivery.place
    return _Delivery.ExtendedS3DestinationConfigurationProperty(
        bucket_arn=place.bucket.bucket_arn,
        role_arn=role.role_arn,
        prefix=f"{place.data}{HOUR}",
        error_output_prefix=f"{place.failed}!{{firehose:error-output-type}}/{HOUR}",
        # Large files, since each one that a query opens takes time: 5 minutes or 128 MB.
        buffering_hints=_Delivery.BufferingHintsProperty(interval_in_seconds=300, size_in_m_bs=128),
        compression_format="UNCOMPRESSED",  # Parquet compresses inside
        cloud_watch_logging_options=_log(scope, role, delivery.encryption_key),
        data_format_conversion_configuration=_parquet(delivery.table, role),
    )


def _log(
    scope: Construct, role: WorkloadRole, key: kms.IKey | None
) -> firehose.CfnDeliveryStream.CloudWatchLoggingOptionsProperty:
    group = define_log_group(
        scope, "Logs", harmless="it holds failed deliveries, not records", encryption_key=key
    )
    # Firehose makes no stream of its own, and drops what it would have written.
    stream = logs.CfnLogStream(
        scope, "LogStream", log_group_name=group.log_group_name, log_stream_name="delivery"
    )
    role.allow(["logs:PutLogEvents"], [group.log_group_arn], used_by="Firehose, to say what failed")
    return _Delivery.CloudWatchLoggingOptionsProperty(
        enabled=True, log_group_name=group.log_group_name, log_stream_name=stream.ref
    )


def _parquet(
    table: glue.CfnTable, role: WorkloadRole
) -> firehose.CfnDeliveryStream.DataFormatConversionConfigurationProperty:
    reads = _Delivery.InputFormatConfigurationProperty(
        deserializer=_Delivery.DeserializerProperty(open_x_json_ser_de=_Delivery.OpenXJsonSerDeProperty())
    )
    parquet = _Delivery.ParquetSerDeProperty(compression="SNAPPY")
    writes = _Delivery.OutputFormatConfigurationProperty(
        serializer=_Delivery.SerializerProperty(parquet_ser_de=parquet)
    )
    return _Delivery.DataFormatConversionConfigurationProperty(
        enabled=True,
        input_format_configuration=reads,
        output_format_configuration=writes,
        schema_configuration=_Delivery.SchemaConfigurationProperty(
            database_name=table.database_name,
            table_name=table.ref,
            region=Aws.REGION,
            role_arn=role.role_arn,
            version_id="LATEST",
        ),
    )
