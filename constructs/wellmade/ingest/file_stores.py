"""Where a pipeline puts what files became: buckets and tables, defined or of the user's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.foundation.idempotency_table import IdempotencyTable
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import same_stack, stack_of
from wellmade.kit.names import early_name
from wellmade.kit.refusals import refusal
from wellmade.kit.workload import AnyFunction
from wellmade_runtime.variables import QUARANTINE_BUCKET, RESULTS_BUCKET, TABLE_NAME

Bucket = s3.IBucket | s3.Bucket
Table = dynamodb.ITable | dynamodb.Table | dynamodb.TableV2


@dataclass(frozen=True)
class FileStores:
    """The stores of a pipeline."""

    results: s3.IBucket
    quarantine: s3.IBucket
    table: dynamodb.ITable
    idempotency_table: IdempotencyTable

    @property
    def variables(self) -> Mapping[str, str]:
        """Variables for the handler; the idempotency table sets its own."""
        return {
            RESULTS_BUCKET: self.results.bucket_name,
            QUARANTINE_BUCKET: self.quarantine.bucket_name,
            TABLE_NAME: self.table.table_name,
        }


def file_stores(
    scope: Construct,
    function: AnyFunction,
    *,
    results: Bucket | None,
    quarantine: Bucket | None,
    table: Table | None,
    encryption_key: kms.IKey | kms.Key | None,
    removal_policy: RemovalPolicy,
) -> FileStores:
    """Take the stores that a pipeline is given, and define the others.

    Args:
        scope: The pipeline.
        function: Whose variables name them.
        results: Bucket for what files became.
        quarantine: Bucket for files that can never be loaded.
        table: Table for what files hold, with the string key `pk` and the number key `sk`.
        encryption_key: The user's key, for those that are defined.
        removal_policy: Of those that are defined.

    Raises:
        RefusedError: If one is of another region or account, or the function is of another stack and one of
            the three is not given: its variables would name what is defined here, and this stack names it.
    """
    for option, given in {"results": results, "quarantine": quarantine, "table": table}.items():
        refuse_elsewhere(scope, option, given, imported=())
    is_apart = not same_stack(scope, function)
    if is_apart:
        _refuse_missing(scope, {"results": results, "quarantine": quarantine, "table": table})
    claims = _beside(scope, function) if is_apart else scope

    def bucket(construct_id: str) -> s3.IBucket:
        own = PrivateBucket(scope, construct_id, encryption_key=encryption_key, removal_policy=removal_policy)
        return cast(s3.IBucket, own)

    return FileStores(
        results=results or bucket("Results"),
        quarantine=quarantine or bucket("Quarantine"),
        table=table or _rows(scope, encryption_key, removal_policy),
        idempotency_table=IdempotencyTable(
            claims, "Claims", encryption_key=encryption_key, removal_policy=removal_policy
        ),
    )


def _rows(scope: Construct, key: kms.IKey | kms.Key | None, removal_policy: RemovalPolicy) -> dynamodb.ITable:
    own = OnDemandTable(
        scope,
        "Rows",
        partition_key="pk",
        sort_key="sk",
        sort_key_type=dynamodb.AttributeType.NUMBER,
        encryption_key=key,
        removal_policy=removal_policy,
    )
    return cast(dynamodb.ITable, own)


def _refuse_missing(scope: Construct, given: Mapping[str, object]) -> None:
    missing = next((name for name, each in given.items() if each is None), None)
    if missing:
        allowed = "given where the function is of another stack"
        fix = "define it in the function's stack, whose variables name it"
        raise refusal(scope, missing, allowed, None, fix)


def _beside(scope: Construct, function: AnyFunction) -> Construct:
    """Return where the memory of a function of another stack belongs: there, since its variables name it."""
    parent = cast(Construct, scope.node.scope)
    return Construct(stack_of(function), early_name(parent, scope.node.id, max_length=100))
