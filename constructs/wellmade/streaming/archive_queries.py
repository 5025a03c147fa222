"""What whoever queries an archive must be allowed, and what its alarms watch."""

from collections.abc import Iterator
from dataclasses import dataclass

from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.kit.lookups import stack_of
from wellmade.streaming.archive_delivery import catalog_arns
from wellmade.streaming.archive_tables import Place

RUNS = (
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
)
READS_CATALOG = ("glue:GetDatabase", "glue:GetPartitions", "glue:GetTable")
USED_BY = "Athena, as whoever queries"


@dataclass(frozen=True)
class QueryGrant:
    """Actions on resources that a query takes; `used_by` is None for calls of the code itself."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    used_by: str | None
    keyed: bool = False


def query_grants(
    scope: Construct, place: Place, table: glue.CfnTable, workgroup: athena.CfnWorkGroup, key: kms.IKey | None
) -> Iterator[QueryGrant]:
    """Yield what querying takes: running queries, and the catalog, files and results that Athena uses.

    Source: https://docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html
    """
    group = stack_of(scope).format_arn(service="athena", resource="workgroup", resource_name=workgroup.name)
    bucket, is_keyed = place.bucket, key is not None
    yield QueryGrant(RUNS, (group,), None)
    yield QueryGrant(READS_CATALOG, tuple(catalog_arns(scope, table)), USED_BY)
    listed = ("s3:GetBucketLocation", "s3:ListBucket")
    yield QueryGrant(listed, (bucket.bucket_arn,), USED_BY, is_keyed)
    yield QueryGrant(("s3:GetObject",), (bucket.arn_for_objects(f"{place.data}*"),), USED_BY, is_keyed)
    results = (bucket.arn_for_objects(f"{place.results}*"),)
    written = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject")
    yield QueryGrant(written, results, USED_BY, is_keyed)
    if key:
        yield QueryGrant(("kms:Decrypt", "kms:GenerateDataKey"), (key.key_arn,), USED_BY)
