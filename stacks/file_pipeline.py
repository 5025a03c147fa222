"""Files arrive in S3; their rows come out in a table, and nothing is lost."""

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from constructs import Construct

from stacks.settings import Settings
from wellmade.foundation import PrivateBucket, accept, alarm_topic, define_dashboard
from wellmade.ingest import FilePipeline


class FilePipelineStack(Stack):
    """CSV and JSON Lines under `incoming/` are validated, transformed and loaded row by row."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id, description=self.__doc__)
        self.pipeline = FilePipeline(
            self,
            "Files",
            package="tabular_ingest",
            timeout=settings.timeout,
            concurrency=settings.concurrency,
            batching_window=settings.batching_window,
            removal_policy=settings.removal_policy,
        )
        settings.accept(self.pipeline)
        self._log_access(settings.removal_policy)
        define_dashboard(self, "Dashboard", workers={"Files": self.pipeline})
        self._define_outputs()
        settings.tag(self)

    def _log_access(self, removal_policy: RemovalPolicy) -> None:
        logs = PrivateBucket(
            self, "AccessLogs", expire_after=Duration.days(90), removal_policy=removal_policy
        )
        accept(
            logs, {"CKV_AWS_18": "Holds the access logs; logging access to it into itself would never end."}
        )
        for bucket in (self.pipeline.inbox, self.pipeline.results, self.pipeline.quarantine):
            bucket.log_access_to(logs)

    def _define_outputs(self) -> None:
        pipeline = self.pipeline
        outputs = {
            "InboxBucketName": pipeline.inbox.bucket_name,
            "ResultsBucketName": pipeline.results.bucket_name,
            "QuarantineBucketName": pipeline.quarantine.bucket_name,
            "TableName": pipeline.table.table_name,
            "IdempotencyTableName": pipeline.idempotency_table.table_name,
            "QueueUrl": pipeline.queue.queue_url,
            "DeadLetterQueueUrl": pipeline.dead_letter_queue.queue_url,
            "FunctionName": pipeline.function.function.function_name,
            "AlarmTopicArn": alarm_topic(self).topic_arn,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
