"""Files arrive in S3; their rows come out in a table, and nothing is lost."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from stacks.arriving_files import add_operations
from stacks.settings import Settings
from wellmade.foundation import PythonFunction
from wellmade.foundation.alarms import define_alarm
from wellmade.ingest import FilePipeline
from wellmade_runtime.variables import POWERTOOLS_SERVICE_NAME


class FilePipelineStack(Stack):
    """CSV and JSON Lines under `incoming/` are validated, transformed and loaded row by row."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        function = PythonFunction(
            self,
            "Ingest",
            code="tabular_ingest",
            timeout=settings.timeout,
            reserved_concurrency=settings.concurrency,
            environment={POWERTOOLS_SERVICE_NAME: construct_id},  # by which its own metric is told apart
        )
        self.pipeline = FilePipeline(
            self,
            "Files",
            function=function,
            max_batching_window=settings.batching_window,
            removal_policy=settings.removal_policy,
        )
        define_alarm(
            self,
            "RejectedRows",
            metric="FilesOverRejectionRate",
            namespace="Wellmade",
            dimensions={"service": construct_id},
            statistic="Sum",
            above=0,
            description="Half of a file's rows or more were rejected, or nothing of it could be loaded: look "
            "at `rejects.jsonl` beside its result or at `reason.json` in quarantine, and tell who sends it.",
        )
        add_operations(self, self.pipeline, settings)
