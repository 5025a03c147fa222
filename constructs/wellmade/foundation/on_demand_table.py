"""A table that scales by itself and can be brought back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.facts.dynamodb import KEY_NAME_LENGTH, has_few_values
from wellmade.foundation.table_alarms import TableAlarms, TableThresholds, define_table_alarms
from wellmade.kit.lookups import default_child, is_unresolved, path_of
from wellmade.kit.refusals import refusal
from wellmade.kit.suppressions import suppress
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, Workload, workload_of
from wellmade_runtime.variables import TABLE_NAME

SUPPRESSED = {
    "CKV_AWS_119": "Encrypted with AWS's key for DynamoDB; a customer key is one more to lose.",
}


ON_INDEXES = {"dynamodb:PartiQLSelect", "dynamodb:Query", "dynamodb:Scan"}
"""Calls that may name an index instead of the table."""


class OnDemandTable(dynamodb.Table):
    """Keep items without planning capacity, with 35 days of point-in-time recovery.

    Defines: table, billed per request, encrypted, protected against deletion while it is retained, with
    contributor insights to find hot keys; alarms on throttled reads and writes.

    Example:
        table = OnDemandTable(self, "Orders", partition_key="order_id")

    Args:
        partition_key: Name of the partition key.
        partition_key_type: Its type. Default: string.
        sort_key: Name of the sort key. Default: none.
        sort_key_type: Its type. Default: string.
        time_to_live_attribute: Attribute with the epoch second after which an item expires. Default: none.
        encryption_key: Your own key. Default: the one that AWS keeps for DynamoDB.
        removal_policy: What happens to the table when it leaves the stack; a retained one is also protected
            against deletion. Default: it is retained.
        alarm_thresholds: By alarm (`read_throttles`, `write_throttles`) the count in a minute above which it
            fires, or None to leave it out. Default: 0 each.

    Raises:
        RefusedError: If a name is empty or too long, both keys have one name, or `partition_key` is named for
            something with few values, such as `status` or `is_open`.
    """

    alarms: TableAlarms
    """`read_throttles` and `write_throttles`."""

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
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: TableThresholds | None = None,
    ) -> None:
        path = f"{path_of(scope)}/{construct_id}"
        _refuse_low_cardinality(path, partition_key)
        _refuse_wrong_names(
            path,
            partition_key=partition_key,
            sort_key=sort_key,
            time_to_live_attribute=time_to_live_attribute,
        )
        self._readers: list[tuple[Workload, list[str]]] = []
        managed = dynamodb.TableEncryption.AWS_MANAGED
        super().__init__(
            scope,
            construct_id,
            partition_key=dynamodb.Attribute(name=partition_key, type=partition_key_type),
            sort_key=dynamodb.Attribute(name=sort_key, type=sort_key_type) if sort_key else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            contributor_insights_specification=dynamodb.ContributorInsightsSpecification(enabled=True),
            deletion_protection=removal_policy is RemovalPolicy.RETAIN,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED if encryption_key else managed,
            encryption_key=cast(Any, encryption_key),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=removal_policy,
            time_to_live_attribute=time_to_live_attribute,
        )
        if encryption_key is None:
            suppress(self, SUPPRESSED)
        self.alarms = define_table_alarms(self, self, alarm_thresholds)

    @property
    def resource(self) -> dynamodb.CfnTable:
        """The CloudFormation resource, for properties that this class has no option for."""
        return cast(dynamodb.CfnTable, default_child(self))

    def connect(self, workload: AnyWorkload, *, actions: Sequence[str], prefix: str = "") -> None:
        """Let a workload make these calls on the table, and set its name in the variable `TABLE_NAME`.

        Args:
            workload: What makes the calls.
            actions: Whole names, such as `dynamodb:PutItem`; those that read indexes also on all that the
                table has, or gets later.
            prefix: Before the variable's name, where a workload has several tables. Default: nothing.

        Raises:
            RefusedError: If something else has set the variable, or an action has a wildcard.
        """
        set_variables(self, workload, {TABLE_NAME: self.table_name}, prefix=prefix)
        allow_table(self, workload, actions)
        read = [each for each in actions if each in ON_INDEXES]
        if read:
            self._readers.append((workload_of(self, workload), read))
            self._allow_indexes(self._readers[-1:])

    def add_global_secondary_index(self, **options: Any) -> None:
        """Add an index, which connected workloads may read; see `dynamodb.Table`."""
        self._add_index(super().add_global_secondary_index, options)

    def add_local_secondary_index(self, **options: Any) -> None:
        """Add an index, which connected workloads may read; see `dynamodb.Table`."""
        self._add_index(super().add_local_secondary_index, options)

    def _add_index(self, add: Callable[..., None], options: Mapping[str, Any]) -> None:
        is_first = not self._has_index
        add(**options)
        if is_first:
            self._allow_indexes(self._readers)

    def _allow_indexes(self, readers: Sequence[tuple[Workload, list[str]]]) -> None:
        """Let workloads read all indexes of the table, where it has some."""
        if not self._has_index:
            return
        for workload, actions in readers:
            workload.allow(
                actions,
                [f"{self.table_arn}/index/*"],
                reason="Indexes come and go; the table is named.",
                keyed=self.encryption_key is not None,
            )


def allow_table(
    table: dynamodb.ITable | dynamodb.Table, workload: AnyWorkload, actions: Sequence[str]
) -> None:
    """Let a workload make these calls on a table, and use the table's key for it."""
    caller = workload_of(table, workload)
    key = table.encryption_key
    caller.allow(actions, [table.table_arn], keyed=key is not None)
    if key:
        uses = ["kms:Decrypt"]
        caller.allow(uses, [key.key_arn], used_by="DynamoDB, to decrypt and encrypt items")


def _refuse_low_cardinality(path: str, partition_key: str) -> None:
    if has_few_values(partition_key):
        raise refusal(
            path,
            "partition_key",
            "a name with many values, such as an id",
            repr(partition_key),
            "put an id first, or append a shard number and call it so (`date_shard`)",
            rule="low-cardinality-key",
        )


def _refuse_wrong_names(path: str, **names: str | None) -> None:
    """Raise where DynamoDB takes no attribute of such a name, or both keys are one attribute."""
    least, most = KEY_NAME_LENGTH
    for option, name in names.items():
        if name is not None and not least <= len(name.encode()) <= most and not is_unresolved(name):
            allowed, fix = f"a name of {least} to {most} bytes", "name an attribute, such as order_id"
            raise refusal(
                path,
                option,
                allowed,
                repr(name) if len(name) < most else f"{len(name)}",
                fix,
                rule="cfn-lint:E3033",
            )
    sort_key = names["sort_key"]
    if sort_key is not None and sort_key == names["partition_key"]:
        fix = "name another attribute, or leave the sort key out"
        raise refusal(
            path,
            "sort_key",
            "another attribute than the partition key",
            repr(sort_key),
            fix,
            rule="cfn-lint:E3018",
        )
