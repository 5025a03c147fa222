"""S3 to a workflow that runs one Fargate Spot task for each format of a video."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.graphs import Graph
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.foundation.uploads import UPLOAD_KEY_USES, connect_uploader, grant_upload
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import seconds
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload
from wellmade.workflow.media_alarms import MediaAlarms, MediaThresholds, define_media_alarms, of_workflow
from wellmade.workflow.media_arrivals import VERSION, define_arrivals
from wellmade.workflow.media_rules import (
    VersionRule,
    container_task,
    refuse_wrong_formats,
    refuse_wrong_prefix,
)
from wellmade.workflow.media_steps import media_steps
from wellmade.workflow.run_task import SPOT
from wellmade.workflow.spot import associate_spot
from wellmade.workflow.task import Task
from wellmade.workflow.task_workload import TaskWorkload
from wellmade.workflow.workflow import Workflow
from wellmade_runtime import variables as named

Bucket = s3.IBucket | s3.Bucket
DAY = Duration.days(1)


class MediaPipeline(Construct):
    """Make several formats of each video that arrives, one Fargate Spot task a format, all at once.

    Defines: inbox, results bucket, table of marks, rule of EventBridge with its role and dead-letter queue,
    workflow with its role, log and table of claims; alarms on arrivals that could not be delivered, on
    executions that failed, ran out of time or were throttled, and those of the tables; of these what it is
    not given.

    A function has 15 minutes and a video of 5 GB may take hours, so a task makes each format. Its program,
    such as the `media_transcoder` that travels with this library, marks the format in the table once the
    result is kept, by a conditional write, and ends at once where it finds the mark. So a task that Spot
    capacity was taken from is run again, up to 24 times within some hours, while the other formats go on;
    and an execution that failed for good is redriven, and makes only what is not done. One that arrives
    twice is one execution. How many tasks run at once is the account's quota of Fargate Spot; what
    finds no room is tried again like what was interrupted.

    The program finds its surroundings in `FILE_BUCKET`, `FILE_KEY`, `FILE_VERSION`, `MEDIA_FORMAT`,
    `RESULTS_BUCKET` and `TABLE_NAME`, and may write below `/tmp` where its container has it among its
    `writable_folders`. Senders upload through an `UploadPortal` with `bucket=media.inbox`, in parts above
    100 MiB.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        program = Container("media_transcoder", writable_folders=["/tmp"])
        task = FargateTask(self, "Transcoder", image=program, vpc=vpc, size=TaskSize(cpu=4096, memory=8192))
        run = RunTask(task.cluster, task.task_definition, task.security_groups, timeout=Duration.hours(6))
        media = MediaPipeline(self, "Media", task=run, formats=["720p", "audio", "poster"])

    Args:
        task: What makes a format: a `RunTask`, such as of a `FargateTask`; no call of a function. Its
            `timeout` is the longest that one format may take.
        formats: What is made of each video, as the program calls it: 1 to 40 names.
        capacity_provider: `FARGATE` for tasks that are never interrupted. Default: `FARGATE_SPOT`, whatever
            the task says.
        bucket: Your own inbox with versions, which sends its events to EventBridge; this is turned on for one
            of this app. Default: one is defined.
        results: Your own bucket for the formats. Default: one is defined.
        prefix: Where videos arrive, and where formats are kept in the other bucket. Default: `incoming/`.
        suffixes: What keys of videos end with, as they are written: `.MOV` is another one than `.mov`; `[]`
            for everything under the prefix. Default: `.mp4`, `.mov`, `.mkv` and `.webm`.
        timeout: Longest execution, with all that is tried again. Default: 1 day, or twice the task's timeout.
        encryption_key: Your own key for buckets, tables, the queue and the executions. Default: keys of AWS.
        removal_policy: What happens to what is defined here and holds data when it leaves the stack. Default:
            it is retained.
        alarm_thresholds: By alarm (`undelivered`, `failed_executions`, `timed_out_executions`,
            `throttled_executions`) the line above which it fires, or None to leave it out. Default: 0 each.

    Raises:
        RefusedError: If the task is a function, a format or the prefix is out of bounds, or both buckets are
            one; at synth also if the inbox keeps no versions.
    """

    inbox: s3.IBucket
    """Where videos arrive, under the prefix."""
    results: s3.IBucket
    """Where formats are kept, under the video's key, its version and the format's name."""
    marks: OnDemandTable
    """Which format of which video is done, or was rejected for good, with its reason."""
    workflow: Workflow
    """One execution for each video."""
    dead_letter_queue: sqs.Queue
    """Arrivals that could not be delivered to the workflow."""
    alarms: MediaAlarms
    """`undelivered`, `failed_executions`, `timed_out_executions` and `throttled_executions`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        task: Task,
        formats: Sequence[str],
        capacity_provider: str = SPOT,
        bucket: Bucket | None = None,
        results: Bucket | None = None,
        prefix: str = "incoming/",
        suffixes: Sequence[str] = (".mp4", ".mov", ".mkv", ".webm"),
        timeout: Duration | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: MediaThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        run = container_task(self, task)
        refuse_wrong_formats(self, formats)
        refuse_wrong_prefix(self, prefix, bucket, results)
        for option, given in (("bucket", bucket), ("results", results)):
            refuse_elsewhere(self, option, given, imported=("region",))
        if capacity_provider == SPOT:
            associate_spot(self, run.cluster)
        self.prefix, self.formats = prefix, tuple(formats)
        kept: dict[str, Any] = {"encryption_key": encryption_key, "removal_policy": removal_policy}
        self.inbox = bucket or cast(s3.IBucket, PrivateBucket(self, "Inbox", **kept))
        self.results = results or cast(s3.IBucket, PrivateBucket(self, "Results", **kept))
        self.marks = OnDemandTable(self, "Marks", partition_key="pk", sort_key="sk", **kept)
        self._equip(TaskWorkload(run))
        self.workflow = Workflow(
            self,
            "Workflow",
            steps=media_steps(run, formats, capacity_provider),
            timeout=timeout or Duration.seconds(max(seconds(DAY), 2 * run.longest)),
            idempotency_key_path=f"$.{VERSION}",
            alarm_thresholds=of_workflow(alarm_thresholds),
            **kept,
        )
        self.dead_letter_queue = define_arrivals(
            self, self.inbox, self.workflow, prefix=prefix, suffixes=suffixes, **kept
        )
        self.alarms = define_media_alarms(self, self.dead_letter_queue, self.workflow, alarm_thresholds)
        check_at_synth(self, VersionRule(self, self.inbox).broken)

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload upload videos, and set where in its variables `INBOX_BUCKET` and `INBOX_PREFIX`.

        Args:
            workload: What uploads.
            prefix: Before the variables' names, where a workload has several inboxes. Default: nothing.

        Raises:
            RefusedError: If something else has set the variables.
        """
        connect_uploader(self, workload, self.inbox, self.prefix, prefix=prefix)

    def grant_upload(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` put videos where the pipeline looks, use its key for that, and nothing else."""
        return grant_upload(grantee, self.inbox, self.prefix)

    def metric_videos(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of videos that were begun; options as for `cloudwatch.Metric`."""
        return self.workflow.metric_started(**options)

    def metric_failed_videos(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of videos that failed for good; options as for `cloudwatch.Metric`."""
        return self.workflow.metric_failed(**options)

    def metric_undelivered(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of arrivals in the dead-letter queue; options as for `sqs.Queue.metric`."""
        return self.dead_letter_queue.metric_approximate_number_of_messages_visible(**options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [*self.workflow.graphs, Graph("undelivered arrivals", [self.metric_undelivered()])]

    def _equip(self, task: TaskWorkload) -> None:
        """Let the program read videos, keep and mark formats, and nothing else; tell it where."""
        told: Mapping[str, str] = {named.RESULTS_BUCKET: self.results.bucket_name}
        set_variables(self, task, told)
        self.marks.connect(task, actions=["dynamodb:GetItem", "dynamodb:PutItem"])
        key = self.inbox.encryption_key
        arriving = self.inbox.arn_for_objects(f"{self.prefix}*")
        task.allow(["s3:GetObjectVersion"], [arriving], keyed=key is not None)
        # Without it S3 answers 403 for a version that is gone, which could as well be a fault of ours.
        used_by = "S3, to answer 404 where nothing is"
        task.allow(["s3:ListBucket"], [self.inbox.bucket_arn], used_by=used_by, keyed=key is not None)
        if key:
            task.allow(["kms:Decrypt"], [key.key_arn], used_by="S3, to decrypt videos")
        key = self.results.encryption_key
        kept = self.results.arn_for_objects(f"{self.prefix}*")
        task.allow(["s3:AbortMultipartUpload", "s3:PutObject"], [kept], keyed=key is not None)
        if key:
            task.allow(UPLOAD_KEY_USES, [key.key_arn], used_by="S3, to encrypt formats")
