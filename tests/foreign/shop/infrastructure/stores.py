"""Blocks by themselves, used by the shop's own functions."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infrastructure.services import (
    dead_letter_queue,
    image_function,
    let_read,
    logs_bucket,
    node_function,
    own_queue,
)
from wellmade.foundation import (
    AlarmTopic,
    DurableQueue,
    EncryptedTopic,
    IdempotencyTable,
    OnDemandTable,
    PrivateBucket,
    log_access,
    monitor,
    use_alarm_topic,
)
from wellmade.observability import watch
from wellmade.policies import PermissionBoundary, consume_messages, decrypt, read_table, trusted_service
from wellmade.security import RotatedSecret


class Tables(cdk.Stack):
    """Tables of the library, used by anybody's functions."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        function = node_function(self)
        OnDemandTable(self, "Orders", partition_key="pk", sort_key="sk").connect(
            function, actions=["dynamodb:PutItem", "dynamodb:Query"], prefix="ORDERS_"
        )
        OnDemandTable(self, "Carts", partition_key="pk").connect(
            function, actions=["dynamodb:GetItem"], prefix="CARTS_"
        )
        IdempotencyTable(self, "Done", ttl=cdk.Duration.days(2)).connect(image_function(self))


class Buckets(cdk.Stack):
    """A bucket under the shop's own key, with its access log."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(self, "Key", enable_key_rotation=True)
        files = PrivateBucket(self, "Files", encryption_key=key, expiration=cdk.Duration.days(30))
        log_access(files, logs_bucket(self))
        let_read(files, node_function(self))


class QueuesAndTopics(cdk.Stack):
    """Queues and topics of the library between functions of the shop."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(self, "Key", enable_key_rotation=True)
        function = node_function(self)
        news = EncryptedTopic(self, "News", encryption_key=key)
        news.connect(function)
        dead = dead_letter_queue(self)
        queue = DurableQueue(self, "Parcels", dead_letter_queue=dead, encryption_key=key)
        queue.connect(function)


class OneDashboard(cdk.Stack):
    """One dashboard and one alarm over what the shop has."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        use_alarm_topic(self, AlarmTopic(self, "Pager"))
        function = node_function(self)
        queue = DurableQueue(self, "Parcels")
        table = OnDemandTable(self, "Orders", partition_key="pk")
        jobs = own_queue(self, cdk.Duration.minutes(1))
        theirs = watch(self, jobs, alarm_thresholds={"waiting_messages": 1000})
        shown = monitor(self, function, queue, table, theirs, watch(self, function))
        cdk.CfnOutput(self, "DashboardName", value=shown.dashboard.dashboard_name)


class SigningKeys(cdk.Stack):
    """A key that is rotated, under a key of the shop's own, and read by a function of its own."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(self, "Key", enable_key_rotation=True)
        secret = RotatedSecret(
            self, "Signing", field="key", fields={"algorithm": "HS256"}, encryption_key=key
        )
        secret.connect(node_function(self))


class LimitedFunction(cdk.Stack):
    """A function of the shop's own within what it needs of the shop's own table, queue and key."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(self, "Key", enable_key_rotation=True)
        queue = sqs.Queue.from_queue_arn(self, "Parcels", self.format_arn(service="sqs", resource="parcels"))
        table = dynamodb.Table.from_table_name(self, "Orders", "orders")
        needs = [
            read_table(table, actions=["dynamodb:GetItem"], partition_keys=["shop"]),
            consume_messages(queue),
            decrypt(key, via=["sqs"]),
        ]
        function = node_function(self)
        for each in needs:
            each.grant(function)
        PermissionBoundary(self, "Limit", needs=needs).limit(function)
        group = self.format_arn(service="scheduler", resource="schedule-group", resource_name="nightly")
        service = trusted_service(self, "scheduler.amazonaws.com", source_arn=group)
        iam.Role(self, "Starter", assumed_by=service)
