"""S3 to SQS to Lambda, results in a separate bucket and a table."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from aws_cdk import Aws, Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.durable_queue import DurableQueue
from wellmade.foundation.idempotency_table import IdempotencyTable
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.foundation.python_function import PythonFunction
from wellmade.foundation.queue_consumer import QueueConsumer
from wellmade.foundation.queue_poller import BATCHING_WINDOW, visibility_timeout
from wellmade.foundation.synth_check import check_at_synth
from wellmade.ingest.watched_prefix import WatchedPrefixRules


class FilePipeline(QueueConsumer):
    """Process each file that arrives once, and account for every one of them.

    Defines: inbox bucket, queue, dead-letter queue, function, results bucket, quarantine bucket, table for
    what the files hold, idempotency table, alarms on messages set aside, on the age of the oldest message,
    on errors and on throttles.

    The bucket notifies the queue by its own property, so there is no function behind the template. A file
    that can never be read is copied to quarantine with its reason; a fault that may pass is retried and
    ends in the dead-letter queue. The handler finds its surroundings in `RESULTS_BUCKET`,
    `QUARANTINE_BUCKET`, `TABLE_NAME` and `IDEMPOTENCY_TABLE`, and reads the version that the event names.

    Example:
        pipeline = FilePipeline(self, "Files", package="tabular_ingest", suffixes=[".csv"])

    Args:
        package: Name of a handler that travels with this library, or the `Path` of your own.
        prefix: Where files arrive. Default: `incoming/`.
        suffixes: What their names end with, each a rule of the notification, which tells capitals apart;
            `[]` for every file under the prefix. Default: `.csv` and `.jsonl`.
        environment: Further variables for the handler; no secrets. Default: none.
        timeout: Most time for one batch, up to 15 minutes. Default: 5 minutes.
        concurrency: Most copies of the function at once, 2 to 900. Default: 10.
        batching_window: Longest wait for a batch of 10 to fill, up to 5 minutes. Default: 5 seconds.
        removal_policy: What happens to buckets and tables when they leave the stack. Default: they are
            retained.

    Raises:
        ValueError: If an option is out of bounds; at synth also if the function may write where the
            notification looks, or somebody reached through to the resources and broke another rule.
    """

    inbox: PrivateBucket
    """Where files arrive, under the prefix."""
    results: PrivateBucket
    quarantine: PrivateBucket
    table: OnDemandTable
    idempotency_table: IdempotencyTable

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        package: str | Path,
        prefix: str = "incoming/",
        suffixes: Sequence[str] = (".csv", ".jsonl"),
        environment: Mapping[str, str] | None = None,
        timeout: Duration | None = None,
        concurrency: int = 10,
        batching_window: Duration = BATCHING_WINDOW,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, construct_id)
        self._prefix = prefix
        self._suffixes = list(suffixes)
        self._define_stores(removal_policy)
        self.function = self._define_function(package, environment, timeout, concurrency)
        messages = self._define_queue(batching_window)
        self._notify(messages.queue)
        self._allow_handler()
        rules = WatchedPrefixRules(self, self.inbox, self.function.role, prefix, tuple(suffixes))
        check_at_synth(self, rules.broken)

    def grant_upload(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` put files where the pipeline looks, and nothing else."""
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["s3:PutObject"],
            resource_arns=[self.inbox.arn_for_objects(f"{self._prefix}*")],
        )

    def _define_stores(self, removal_policy: RemovalPolicy) -> None:
        self.inbox = PrivateBucket(self, "Inbox", removal_policy=removal_policy)
        self.results = PrivateBucket(self, "Results", removal_policy=removal_policy)
        self.quarantine = PrivateBucket(self, "Quarantine", removal_policy=removal_policy)
        self.table = OnDemandTable(
            self,
            "Rows",
            partition_key="pk",
            sort_key="sk",
            sort_key_type=dynamodb.AttributeType.NUMBER,
            removal_policy=removal_policy,
        )
        self.idempotency_table = IdempotencyTable(self, "Claims", removal_policy=removal_policy)

    def _define_function(
        self,
        package: str | Path,
        environment: Mapping[str, str] | None,
        timeout: Duration | None,
        concurrency: int,
    ) -> PythonFunction:
        where = {
            "RESULTS_BUCKET": self.results.bucket_name,
            "QUARANTINE_BUCKET": self.quarantine.bucket_name,
            "TABLE_NAME": self.table.table_name,
        }
        return PythonFunction(
            self,
            "Worker",
            package=package,
            environment={**where, **(environment or {})},
            timeout=timeout or Duration.minutes(5),
            concurrency=concurrency,
        )

    def _define_queue(self, window: Duration) -> DurableQueue:
        hidden = visibility_timeout(self.function.timeout, window)
        messages = DurableQueue(self, "Messages", visibility_timeout=hidden)
        self._consume(messages, window=window)
        return messages

    def _notify(self, queue: sqs.Queue) -> None:
        """Send an event for each file; S3 tests the permission when the bucket is made, so it comes first."""
        granted = queue.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("s3.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[queue.queue_arn],
                conditions={
                    "ArnEquals": {"aws:SourceArn": f"arn:{Aws.PARTITION}:s3:::{self.inbox.fixed_name}"},
                    "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                },
            )
        )
        bucket = cast(s3.CfnBucket, self.inbox.node.default_child)
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            queue_configurations=[
                s3.CfnBucket.QueueConfigurationProperty(
                    event="s3:ObjectCreated:*", queue=queue.queue_arn, filter=_filter(self._prefix, suffix)
                )
                for suffix in self._suffixes or [""]
            ]
        )
        bucket.node.add_dependency(granted.policy_dependable)

    def _allow_handler(self) -> None:
        watched = self.inbox.arn_for_objects(f"{self._prefix}*")
        self.function.allow(["s3:GetObjectVersion"], [watched])
        # Without it S3 answers 403 for an object that is gone, which could as well be a fault of ours.
        self.function.allow(
            ["s3:ListBucket"], [self.inbox.bucket_arn], called_by="S3, to answer 404 where nothing is"
        )
        kept = [
            self.results.arn_for_objects(f"{self._prefix}*"),
            self.quarantine.arn_for_objects(f"{self._prefix}*"),
        ]
        self.function.allow(["s3:PutObject"], kept)
        self.function.allow(["dynamodb:BatchWriteItem"], [self.table.table_arn])
        self.idempotency_table.serve(self.function)


def _filter(prefix: str, suffix: str) -> s3.CfnBucket.NotificationFilterProperty | None:
    rules = [
        s3.CfnBucket.FilterRuleProperty(name=name, value=value)
        for name, value in (("prefix", prefix), ("suffix", suffix))
        if value
    ]
    if not rules:
        return None
    return s3.CfnBucket.NotificationFilterProperty(s3_key=s3.CfnBucket.S3KeyFilterProperty(rules=rules))
