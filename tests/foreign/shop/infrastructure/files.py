"""Files that arrive in the shop's buckets."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infrastructure.services import SERVICES, logs_bucket, node_function, own_bucket
from wellmade.compute import Container, FargateTask
from wellmade.foundation import PrivateBucket, PythonFunction, log_access, suppress
from wellmade.ingest import FilePipeline, SizeRouter
from wellmade.workflow import MediaPipeline, RunTask, Step, Workflow


class OwnInbox(cdk.Stack):
    """The shop's own inbox, read by a function in Node.js; results go into its own bucket."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        logs = logs_bucket(self)
        pipeline = FilePipeline(
            self,
            "Files",
            function=node_function(self),
            bucket=own_bucket(self, "Inbox", logs),
            results=own_bucket(self, "Results", logs),
            quarantine=own_bucket(self, "Quarantine", logs),
            prefix="drop/",
            suffixes=[".xml"],
        )
        pipeline.connect(node_function(self, "Uploader"))


class ImportedInbox(cdk.Stack):
    """An inbox that another team has deployed."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        logs = logs_bucket(self)
        theirs = s3.Bucket.from_bucket_arn(self, "Theirs", "arn:aws:s3:::theirs")
        results, quarantine = own_bucket(self, "Results", logs), own_bucket(self, "Quarantine", logs)
        FilePipeline(
            self,
            "Files",
            function=SERVICES / "gate",
            bucket=theirs,
            results=results,
            quarantine=quarantine,
        )


class KeyedFiles(cdk.Stack):
    """A pipeline of the library under the shop's own key; the shop has its own notification beside it."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(self, "Key", enable_key_rotation=True)
        function = PythonFunction(self, "Load", code=SERVICES / "gate", encryption_key=key)
        pipeline = FilePipeline(self, "Files", function=function, encryption_key=key)
        logs = logs_bucket(self)
        for bucket in (pipeline.inbox, pipeline.results, pipeline.quarantine):
            if isinstance(bucket, PrivateBucket):
                log_access(bucket, logs)


class FilesBySize(cdk.Stack):
    """Feeds of the shop: small ones are read by its function in Node.js, large ones and scans by its report task."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        logs = logs_bucket(self)
        pipeline = FilePipeline(
            self,
            "Files",
            function=node_function(self),
            bucket=own_bucket(self, "Inbox", logs),
            results=own_bucket(self, "Results", logs),
            quarantine=own_bucket(self, "Quarantine", logs),
            suffixes=[".xml", ".tiff"],
        )
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        suppress(vpc, {"AwsSolutions::AwsSolutions-VPC7": "The shop records no flows."})
        report = FargateTask(self, "Report", image=SERVICES / "report", vpc=vpc)
        feed = {"BUCKET.$": "$.bucket", "KEY.$": "$.key", "VERSION.$": "$.version"}
        run = RunTask(report.cluster, report.task_definition, report.security_groups, environment=feed)
        router = SizeRouter(
            self,
            "Sizes",
            pipeline=pipeline,
            workflow=Workflow(self, "LargeFeeds", steps=[Step("Report", run)]),
            threshold=cdk.Size.mebibytes(20),
            worst_case={".xml": cdk.Duration.seconds(3)},
            task_suffixes=[".tiff"],
        )
        router.connect(report)
        router.grant_process(node_function(self, "Auditor"))


class ProductFilms(cdk.Stack):
    """Films of products in the shop's own buckets, made into formats by its own program, under its own key."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        logs = logs_bucket(self)
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1)
        suppress(vpc, {"AwsSolutions::AwsSolutions-VPC7": "The shop records no flows."})
        program = Container(SERVICES / "report", writable_folders=["/work", "/var/cache/films"])
        task = FargateTask(self, "Encoder", image=program, vpc=vpc)
        run = RunTask(task.cluster, task.task_definition, task.security_groups, timeout=cdk.Duration.hours(2))
        media = MediaPipeline(
            self,
            "Films",
            task=run,
            formats=["web", "square"],
            bucket=own_bucket(self, "Inbox", logs),
            results=own_bucket(self, "Results", logs),
            prefix="films/",
            suffixes=[".mxf"],
            encryption_key=kms.Key(self, "Key", enable_key_rotation=True),
            alarm_thresholds={"throttled_executions": None},
        )
        media.connect(node_function(self, "Uploader"))
