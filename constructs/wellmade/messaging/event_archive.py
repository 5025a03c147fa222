"""Archive of every event on a bus, for replays."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.kit.key_policies import add_to_key_policy
from wellmade.kit.lookups import path_of, seconds, stack_of
from wellmade.kit.refusals import refusal
from wellmade.kit.service_principals import service_may

DAY = 86_400
EVENTS = "events.amazonaws.com"


def define_archive(
    scope: Construct,
    bus: events.IEventBus,
    retention: Duration,
    key: kms.IKey | None,
    removal_policy: RemovalPolicy,
) -> events.CfnArchive:
    """Define an archive that keeps every event of a bus.

    Args:
        scope: The bus's pattern.
        bus: Ours, an L2, or an imported one.
        retention: How long, in whole days.
        key: The user's key, which EventBridge is let use. Default: one of EventBridge.
        removal_policy: What happens to the archive when it leaves the stack.

    Raises:
        RefusedError: If the retention is not in whole days.
    """
    if seconds(retention) < DAY or seconds(retention) % DAY:
        fix = "round it up, or give None for no archive"
        raise refusal(path_of(scope), "archive_retention", "in whole days", retention, fix)
    if key:
        _let_archive_use(key, scope)
    archive = events.CfnArchive(
        scope,
        "Archive",
        source_arn=bus.event_bus_arn,
        retention_days=retention.to_days(),
        kms_key_identifier=key.key_arn if key else None,
    )
    archive.apply_removal_policy(removal_policy)
    return archive


def _let_archive_use(key: kms.IKey, scope: Construct) -> None:
    """Let EventBridge keep and replay encrypted events; by account, since naming the bus would close a cycle.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-archives.html
    """
    buses = stack_of(scope).format_arn(service="events", resource="event-bus", resource_name="*")
    of_buses = {"StringLike": {"kms:EncryptionContext:aws:events:event-bus:arn": buses}}
    keeps = ["kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncrypt*"]
    add_to_key_policy(key, EVENTS, service_may(EVENTS, keeps, "*", of_buses))
    add_to_key_policy(key, EVENTS, service_may(EVENTS, ["kms:DescribeKey"], "*", {}))
