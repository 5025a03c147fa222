"""How Athena sees an archive: the table of its hours, and the workgroup in which queries run."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Aws, Duration, Size
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.kit.names import early_identifier, early_name

DATABASE_NAME_LENGTH = 128
"""Characters. https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html"""
WORKGROUP_NAME_LENGTH = 128
TABLE = "records"
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


@dataclass(frozen=True)
class Place:
    """Where an archive keeps what, in a bucket of its own or of the user's."""

    bucket: s3.IBucket
    prefix: str

    @property
    def data(self) -> str:
        """Prefix of the files."""
        return f"{self.prefix}data/"

    @property
    def failed(self) -> str:
        """Prefix of records that fit no columns."""
        return f"{self.prefix}failed/"

    @property
    def results(self) -> str:
        """Prefix of what queries answer."""
        return f"{self.prefix}query-results/"

    def uri(self, prefix: str) -> str:
        """Return where a prefix is."""
        return f"s3://{self.bucket.bucket_name}/{prefix}"


def define_table(
    scope: Construct, place: Place, columns: Mapping[str, str], retention: Duration
) -> glue.CfnTable:
    """Define a database with one table over the hours of an archive.

    Args:
        scope: Where both are defined.
        place: Where the files are.
        columns: Name and type of each.
        retention: How far back there are any.
    """
    name = early_identifier(scope, "Database", max_length=DATABASE_NAME_LENGTH)
    database = glue.CfnDatabase(
        scope,
        "Database",
        catalog_id=Aws.ACCOUNT_ID,
        database_input=glue.CfnDatabase.DatabaseInputProperty(name=name),
    )
    where = place.uri(place.data)
    table = glue.CfnTable(
        scope,
        "Table",
        catalog_id=Aws.ACCOUNT_ID,
        database_name=name,
        table_input=glue.CfnTable.TableInputProperty(
            name=TABLE,
            table_type="EXTERNAL_TABLE",
            parameters={
                **_HOURS,
                "projection.hour.range": f"NOW-{retention.to_days():.0f}DAYS,NOW",
                "storage.location.template": f"{where}${{hour}}/",
                "classification": "parquet",
            },
            partition_keys=[glue.CfnTable.ColumnProperty(name="hour", type="string")],
            storage_descriptor=_storage(where, columns),
        ),
    )
    table.node.add_dependency(database)
    return table


def _storage(where: str, columns: Mapping[str, str]) -> glue.CfnTable.StorageDescriptorProperty:
    return glue.CfnTable.StorageDescriptorProperty(
        columns=[glue.CfnTable.ColumnProperty(name=column, type=kind) for column, kind in columns.items()],
        location=where,
        input_format=f"{_PARQUET}MapredParquetInputFormat",
        output_format=f"{_PARQUET}MapredParquetOutputFormat",
        serde_info=glue.CfnTable.SerdeInfoProperty(serialization_library=f"{_PARQUET}serde.ParquetHiveSerDe"),
    )


def define_workgroup(
    scope: Construct, place: Place, key: kms.IKey | None, scan_limit: Size
) -> athena.CfnWorkGroup:
    """Define where queries run: what one may scan, and where its results go, encrypted.

    Args:
        scope: Where it is defined.
        place: Where results go.
        key: What encrypts them. None: a key of S3.
        scan_limit: Most that one query may read.
    """
    encryption = athena.CfnWorkGroup.EncryptionConfigurationProperty(
        encryption_option="SSE_KMS" if key else "SSE_S3", kms_key=key.key_arn if key else None
    )
    result = athena.CfnWorkGroup.ResultConfigurationProperty(
        output_location=place.uri(place.results),
        encryption_configuration=encryption,
        expected_bucket_owner=Aws.ACCOUNT_ID,
    )
    return athena.CfnWorkGroup(
        scope,
        "Queries",
        name=early_name(scope, "Queries", max_length=WORKGROUP_NAME_LENGTH),
        recursive_delete_option=True,
        work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
            bytes_scanned_cutoff_per_query=int(scan_limit.to_bytes()),
            enforce_work_group_configuration=True,
            publish_cloud_watch_metrics_enabled=True,
            result_configuration=result,
        ),
    )
