"""A table that scales by itself and can be brought back."""

from typing import cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from wellmade.foundation.accepted import accept
from wellmade.foundation.refusal import refusal
from wellmade.foundation.tree import path_of

LOW_CARDINALITY = frozenset(
    {"active", "category", "country", "date", "day", "deleted", "enabled", "flag", "gender", "hour"}
    | {"month", "priority", "region", "state", "status", "type", "year"}
)
"""Names that promise a handful of values: all writes of the moment would meet in one partition.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
"""


ACCEPTED = {
    "CKV_AWS_119": "Encrypted with AWS's key for DynamoDB; a customer key is one more to lose.",
}


class OnDemandTable(dynamodb.Table):
    """Keep items without planning capacity, with 35 days of point-in-time recovery.

    Defines: table, billed per request, encrypted, protected against deletion while it is retained, with
    contributor insights to find hot keys.

    Example:
        table = OnDemandTable(self, "Orders", partition_key="order_id")

    Args:
        partition_key: Name of the partition key.
        partition_key_type: Its type. Default: string.
        sort_key: Name of the sort key. Default: none.
        sort_key_type: Its type. Default: string.
        time_to_live_attribute: Attribute with the epoch second after which an item expires. Default: none.
        removal_policy: What happens to the table when it leaves the stack; a retained one is also protected
            against deletion. Default: it is retained.

    Raises:
        ValueError: If `partition_key` is named for something with few values, such as `status` or `is_open`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        partition_key: str,
        partition_key_type: dynamodb.AttributeType = dynamodb.AttributeType.STRING,
        sort_key: str | None = None,
        sort_key_type: dynamodb.AttributeType = dynamodb.AttributeType.STRING,
        time_to_live_attribute: str | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        _refuse_low_cardinality(f"{path_of(scope)}/{construct_id}", partition_key)
        super().__init__(
            scope,
            construct_id,
            partition_key=dynamodb.Attribute(name=partition_key, type=partition_key_type),
            sort_key=dynamodb.Attribute(name=sort_key, type=sort_key_type) if sort_key else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            contributor_insights_specification=dynamodb.ContributorInsightsSpecification(enabled=True),
            deletion_protection=removal_policy is RemovalPolicy.RETAIN,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=removal_policy,
            time_to_live_attribute=time_to_live_attribute,
        )
        accept(self, ACCEPTED)

    @property
    def resource(self) -> dynamodb.CfnTable:
        """The CloudFormation resource, for properties that this class has no option for."""
        return cast(dynamodb.CfnTable, self.node.default_child)


def _refuse_low_cardinality(path: str, partition_key: str) -> None:
    name = partition_key.lower()
    if name in LOW_CARDINALITY or name.startswith(("is_", "has_")):
        raise refusal(
            path,
            "partition_key",
            "a name with many values, such as an id",
            repr(partition_key),
            "put an id first, or append a shard number and call it so (`date_shard`)",
        )
