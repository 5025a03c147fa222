"""How Athena sees an archive: the table of its hours, and where its answers go."""

from collections.abc import Mapping

from aws_cdk import Aws, Duration
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from constructs import Construct

from wellmade.foundation.names import short_stack_scoped_name
from wellmade.foundation.private_bucket import PrivateBucket

_PARQUET = "org.apache.hadoop.hive.ql.io.parquet."
_HOURS = {
    "projection.enabled": "true",
    "projection.hour.type": "date",
    "projection.hour.format": "yyyy/MM/dd/HH",
    "projection.hour.interval": "1",
    "projection.hour.interval.unit": "HOURS",
}
"""Athena computes which folders there are, so that nobody crawls.

Source: https://docs.aws.amazon.com/athena/latest/ug/partition-projection-kinesis-firehose-example.html
"""


def define_table(
    scope: Construct, bucket: PrivateBucket, prefix: str, columns: Mapping[str, str], kept: Duration
) -> glue.CfnTable:
    """Define a database with one table over the hours under a prefix.

    Args:
        scope: Where both are defined.
        bucket: Where the files are.
        prefix: Where in it.
        columns: Name and type of each.
        kept: How far back there are any.
    """
    # Glue takes no hyphens that SQL would not stumble over.
    name = f"archive_{scope.node.addr[:8]}"
    database = glue.CfnDatabase(
        scope,
        "Database",
        catalog_id=Aws.ACCOUNT_ID,
        database_input=glue.CfnDatabase.DatabaseInputProperty(name=name),
    )
    where = f"s3://{bucket.fixed_name}/{prefix}"
    table = glue.CfnTable(
        scope,
        "Table",
        catalog_id=Aws.ACCOUNT_ID,
        database_name=name,
        table_input=glue.CfnTable.TableInputProperty(
            name="records",
            table_type="EXTERNAL_TABLE",
            parameters={
                **_HOURS,
                "projection.hour.range": f"NOW-{kept.to_days():.0f}DAYS,NOW",
                "storage.location.template": f"{where}${{hour}}/",
                "classification": "parquet",
            },
            partition_keys=[glue.CfnTable.ColumnProperty(name="hour", type="string")],
            storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                columns=[
                    glue.CfnTable.ColumnProperty(name=column, type=kind) for column, kind in columns.items()
                ],
                location=where,
                input_format=f"{_PARQUET}MapredParquetInputFormat",
                output_format=f"{_PARQUET}MapredParquetOutputFormat",
                serde_info=glue.CfnTable.SerdeInfoProperty(
                    serialization_library=f"{_PARQUET}serde.ParquetHiveSerDe"
                ),
            ),
        ),
    )
    table.node.add_dependency(database)
    return table


def define_workgroup(
    scope: Construct, bucket: PrivateBucket, prefix: str, scan_limit_gb: int
) -> athena.CfnWorkGroup:
    """Define where queries run: what one may scan, and where its answers go, encrypted.

    Args:
        scope: Where it is defined.
        bucket: Where answers go.
        prefix: Where in it.
        scan_limit_gb: Most that one query may read.
    """
    result = athena.CfnWorkGroup.ResultConfigurationProperty(
        output_location=f"s3://{bucket.fixed_name}/{prefix}",
        encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
            encryption_option="SSE_S3"
        ),
        expected_bucket_owner=Aws.ACCOUNT_ID,
    )
    return athena.CfnWorkGroup(
        scope,
        "Queries",
        name=short_stack_scoped_name(scope, "Queries"),
        recursive_delete_option=True,
        work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
            bytes_scanned_cutoff_per_query=scan_limit_gb * 10**9,
            enforce_work_group_configuration=True,
            publish_cloud_watch_metrics_enabled=True,
            result_configuration=result,
        ),
    )
