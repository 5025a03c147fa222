"""The table of a pair: defined on the primary side, named on the other."""

from collections.abc import Sequence
from typing import Any

import jsii
from aws_cdk import (
    Aws,
    IAnyProducer,
    IResolveContext,
    ITaggableV2,
    Lazy,
    RemovalPolicy,
    TagManager,
    TagType,
)
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from wellmade.kit.lookups import stack_of
from wellmade.resilience.pair_options import ReplicatedTable

STRONG = "STRONG"


def define_table(
    scope: Construct,
    table: ReplicatedTable,
    other_region: str,
    witness: str | None,
    removal_policy: RemovalPolicy,
) -> dynamodb.CfnGlobalTable:
    """Define the table with its replica in the other region, and its witness where there is one.

    Args:
        scope: The pair.
        table: What the user says of it.
        other_region: Where its replica is.
        witness: Region of its witness; None without strong consistency.
        removal_policy: What happens to it when it leaves the stack.
    """
    keys = [(table.partition_key, "HASH"), *([(table.sort_key, "RANGE")] if table.sort_key else [])]
    regions = [stack_of(scope).region, other_region]
    is_kept = removal_policy is RemovalPolicy.RETAIN
    resource = dynamodb.CfnGlobalTable(
        scope,
        "Table",
        table_name=table.table_name,
        billing_mode="PAY_PER_REQUEST",
        attribute_definitions=[{"attributeName": name, "attributeType": "S"} for name, _ in keys],
        key_schema=[{"attributeName": name, "keyType": kind} for name, kind in keys],
        sse_specification={"sseEnabled": True, "sseType": "KMS"},
        stream_specification=None if witness else {"streamViewType": "NEW_AND_OLD_IMAGES"},
        multi_region_consistency=STRONG if witness else None,
        global_table_witnesses=[{"region": witness}] if witness else None,
        time_to_live_specification=_expiry(table.time_to_live_attribute),
        replicas=Lazy.uncached_any(_Replicas(regions, _Tagged(scope, "Tags"), is_kept=is_kept)),
    )
    resource.apply_removal_policy(removal_policy)
    return resource


def named_table(scope: Construct, table_name: str) -> dynamodb.ITable:
    """Return the replica in whichever region the stack is deployed to, by its name."""
    arn = stack_of(scope).format_arn(
        service="dynamodb", region=Aws.REGION, resource="table", resource_name=table_name
    )
    return dynamodb.Table.from_table_arn(scope, "Replica", arn)


def _expiry(attribute: str | None) -> Any:
    return {"enabled": True, "attributeName": attribute} if attribute else None


@jsii.implements(ITaggableV2)
class _Tagged(Construct):
    """What takes the tags for the replicas: a global table has them there and nowhere else."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self._tags = TagManager(TagType.STANDARD, "AWS::DynamoDB::GlobalTable", None)

    @property
    def cdk_tag_manager(self) -> TagManager:
        """The tags, as the CDK gives them to whatever takes some."""
        return self._tags


@jsii.implements(IAnyProducer)
class _Replicas:
    """Both replicas, with tags that come until the template is written."""

    def __init__(self, regions: Sequence[str], tagged: _Tagged, *, is_kept: bool) -> None:
        self._regions, self._tagged, self._is_kept = regions, tagged, is_kept

    def produce(self, _context: IResolveContext) -> Any:
        """Return them as the resource takes them."""
        return [self._replica(region) for region in self._regions]

    def _replica(self, region: str) -> dict[str, Any]:
        return {
            "region": region,
            "deletionProtectionEnabled": self._is_kept,
            "pointInTimeRecoverySpecification": {"pointInTimeRecoveryEnabled": True},
            "contributorInsightsSpecification": {"enabled": True},
            "tags": self._tagged.cdk_tag_manager.rendered_tags,
        }
