"""S3 to SQS to Lambda, results in a separate bucket and a table."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import Annotations, Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from wellmade.foundation.function_option import FunctionOption, Handling, handling
from wellmade.foundation.idempotency_table import WRITES, IdempotencyTable
from wellmade.foundation.on_demand_table import allow_table
from wellmade.foundation.queue_consumer import QueueConsumer, QueueConsumerThresholds
from wellmade.foundation.queue_option import Queue, QueueTuning, waiting
from wellmade.foundation.queue_source import Batching
from wellmade.foundation.source_shares import DEFAULT as DEFAULT_CONCURRENCY
from wellmade.foundation.uploads import connect_uploader, grant_upload
from wellmade.ingest.event_bridge import define_arrival_rule
from wellmade.ingest.file_stores import Bucket, FileStores, Table, file_stores
from wellmade.ingest.handler_grants import allow_handler
from wellmade.ingest.inbox import Inbox
from wellmade.ingest.loop_rules import LoopRules
from wellmade.ingest.notification_rules import EventRules, OwnNotificationRules, refuse_overlap
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import path_of
from wellmade.kit.roles import role_of
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, resource_of
from wellmade_runtime.variables import IDEMPOTENCY_TABLE, IDEMPOTENCY_TTL_SECONDS

BATCHING_WINDOW = Duration.seconds(5)


class FilePipeline(QueueConsumer):
    """Process each file that arrives once, and account for every one of them.

    Defines: inbox bucket, queue, dead-letter queue, function, event source mapping, results bucket,
    quarantine bucket, table for what the files hold, idempotency table, alarms on messages in the dead-letter
    queue, on the age of the oldest message, on errors, throttles and duration; of these what it is not
    given. For an inbox of your own a rule of EventBridge.

    The inbox notifies the queue by its own property, so there is no function behind the template. A file
    that can never be read is copied to quarantine with its reason; a fault that may pass is retried and
    ends in the dead-letter queue. The handler finds its surroundings in `RESULTS_BUCKET`,
    `QUARANTINE_BUCKET`, `TABLE_NAME`, `IDEMPOTENCY_TABLE` and `IDEMPOTENCY_TTL_SECONDS`, reads the version
    that the event names, and takes events of S3 as well as of EventBridge: `wellmade_runtime.s3_events`
    reads both.

    Handlers that travel with the library know a file by bucket, key and etag: where a key is given contents
    A, then B, then A again, the third is taken for the first, and what is told of the key stays that of B.
    Give what is meant to be read again a key of its own.

    Example:
        pipeline = FilePipeline(self, "Files", function="tabular_ingest", suffixes=[".csv"])

    Args:
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.IFunction`, or the name of a
            handler that travels with this library.
        bucket: Your own inbox; its events come by EventBridge, which is turned on for a bucket of this app,
            and must be for an imported one. Default: one is defined.
        queue: Your own standard queue, with its dead-letter queue; what an imported one must be is said at
            synth. Default: one is defined.
        results: Your own bucket for what files became. Default: one is defined.
        quarantine: Your own bucket for files that can never be loaded. Default: one is defined.
        table: Your own table with the string key `pk` and the number key `sk`. Default: one is defined.
        prefix: Where files arrive. Default: `incoming/`.
        suffixes: What their names end with, which tells capitals apart; `[]` for every file under the prefix.
            Default: `.csv` and `.jsonl`.
        batch_size: Most files of a batch, 1 to 10,000. Default: 10.
        max_batching_window: Longest wait for a batch to fill, up to 5 minutes. Default: 5 seconds.
        max_concurrency: Most copies of the function at once for this queue, 2 to 1,000. Default: the
            function's reservation, shared with its other queues; 10 without one.
        encryption_key: Your own key for buckets, tables and queues that are defined here. Default: keys of
            the services.
        removal_policy: What happens to what is defined here and holds data when it leaves the stack. Default:
            it is retained.
        alarm_thresholds: By alarm (`dead_letters`, `oldest_message`, `waiting_messages`, and those of the
            function) the line above which it fires, or None to leave it out. Default: 0, as long as all
            receives may take, left out; of the function as for a `PythonFunction`, without `concurrency`.

    Raises:
        RefusedError: If an option is out of bounds, two suffixes can match one file, or something that is
            needed cannot be read of an imported resource; at synth also if the function may write where the
            notification looks, or what is synthesized breaks another of the rules above.
    """

    inbox: s3.IBucket
    """Where files arrive, under the prefix."""
    prefix: str
    """What their keys begin with."""
    suffixes: Sequence[str]
    """What their keys end with; empty for all under the prefix."""
    results: s3.IBucket
    """What files became."""
    quarantine: s3.IBucket
    """Files that can never be loaded, each with its reason."""
    table: dynamodb.ITable
    """What the files hold."""
    idempotency_table: IdempotencyTable
    """Which files are claimed, and which are done."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: FunctionOption,
        bucket: Bucket | None = None,
        queue: Queue | None = None,
        results: Bucket | None = None,
        quarantine: Bucket | None = None,
        table: Table | None = None,
        prefix: str = "incoming/",
        suffixes: Sequence[str] = (".csv", ".jsonl"),
        batch_size: int = 10,
        max_batching_window: Duration = BATCHING_WINDOW,
        max_concurrency: int | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: QueueConsumerThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.prefix, self.suffixes = prefix, tuple(suffixes)
        refuse_elsewhere(self, "bucket", bucket)
        if bucket is None:
            refuse_overlap(path_of(self), prefix, self.suffixes)
        worker = handling(
            self,
            function,
            timeout=Duration.minutes(5),
            reserved_concurrency=max_concurrency or DEFAULT_CONCURRENCY,
            alarm_thresholds=alarm_thresholds,
            waits=True,
        )
        stores = file_stores(
            self,
            worker.given,
            results=results,
            quarantine=quarantine,
            table=table,
            encryption_key=encryption_key,
            removal_policy=removal_policy,
        )
        tuning = QueueTuning(
            is_asked=False,
            encryption_key=encryption_key if queue is None else None,
            removal_policy=removal_policy,
            alarm_thresholds=alarm_thresholds,
        )
        messages = waiting(self, queue, tuning, function_timeout=worker.timeout, window=max_batching_window)
        batching = Batching(batch_size, max_batching_window, (), max_concurrency)
        self._consume(messages, worker, batching, alarm_thresholds)
        self._keep(stores)
        self.inbox = self._watch(bucket, cast("kms.IKey | None", encryption_key), removal_policy)
        self._equip(worker, stores)

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload upload files, and set where in its variables `INBOX_BUCKET` and `INBOX_PREFIX`.

        Args:
            workload: What uploads.
            prefix: Before the variables' names, where a workload has several inboxes. Default: nothing.

        Raises:
            RefusedError: If something else has set the variables.
        """
        connect_uploader(self, workload, self.inbox, self.prefix, prefix=prefix)

    def grant_upload(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` put files where the pipeline looks, use the bucket's key for it, and nothing else."""
        return grant_upload(grantee, self.inbox, self.prefix)

    @property
    def _watched(self) -> str:
        return self.inbox.arn_for_objects(f"{self.prefix}*")

    def _keep(self, stores: FileStores) -> None:
        self.results, self.quarantine = stores.results, stores.quarantine
        self.table, self.idempotency_table = stores.table, stores.idempotency_table

    def _watch(self, given: Bucket | None, key: kms.IKey | None, removal_policy: RemovalPolicy) -> s3.IBucket:
        """Let the queue know of each file, by the inbox's own property or by a rule."""
        if given is None:
            inbox = Inbox(self, "Inbox", encryption_key=key, removal_policy=removal_policy)
            inbox.notify(self.queue, self.prefix, self.suffixes)
            own_rules = OwnNotificationRules(inbox, self.queue, self.prefix, self.suffixes)
            check_at_synth(self, own_rules.broken)
            return cast(s3.IBucket, inbox)
        rule = define_arrival_rule(self, given, self.queue, self._dead_letters, self.prefix, self.suffixes)
        check_at_synth(self, EventRules(self, given, rule, str(rule.name)).broken)
        return given

    def _equip(self, worker: Handling, stores: FileStores) -> None:
        """Let the handler do its work, and tell it where."""
        allow_handler(self, worker, self.inbox, stores, self.prefix)
        if resource_of(worker.given) is None:
            names = ", ".join([*stores.variables, IDEMPOTENCY_TABLE, IDEMPOTENCY_TTL_SECONDS])
            Annotations.of(self).add_warning_v2(
                "wellmade:imported-function-variables",
                f"the variables {names} must be set where the imported function is defined",
            )
            allow_table(self.idempotency_table, worker.given, WRITES)
        else:
            set_variables(self, worker.given, stores.variables)
            self.idempotency_table.connect(self)
        role = role_of(worker.workload.grant_principal)
        if role:
            LoopRules(self, self.inbox, role, self.prefix, self.suffixes).ask()
