"""Senders put files into a bucket themselves, from a page or a program, and get a receipt for each."""

from typing import Any

from aws_cdk import Duration, Size, Stack
from constructs import Construct

from stacks.arriving_files import add_operations
from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.api import Cors, JwtAuthorizer, Throttle, UploadPortal
from wellmade.compute import FargateTask
from wellmade.foundation import PythonFunction
from wellmade.ingest import FilePipeline, SizeRouter
from wellmade.network import Network, PrivateEndpoints
from wellmade.workflow import RunTask, Step, Workflow

ISSUER, AUDIENCE = "https://login.example.com/", "upload-pages"
PAGES = ["https://upload.example.com"]
REQUESTS = Throttle(rate_limit=60, burst_limit=200)
"""500,000 uploads a day are 6 a second, each of 2 requests or 3; ten times as many where all come at once."""
PORTAL, RECEIPTS = 6, 6
"""Most copies at once: a request takes 50 ms, a file of some MB a tenth of a second."""
LEAST_TIMEOUT = 60
"""In seconds: two files of 100 MB are read in a few seconds, and S3 may be slow."""
LARGEST_HERE, WORST_CASE = Size.mebibytes(100), Duration.seconds(30)
"""What the function reads itself, and how long that takes it at worst."""
FILE = {f"FILE_{name.upper()}.$": f"$.{name}" for name in ("bucket", "key", "etag", "version")}
"""Of an execution's data what the task is told."""
MEMORY = 1769
"""In MiB: a whole processor, which the hash keeps busy. The file itself takes none of it."""


class UploadsStack(Stack):
    """Files of up to 5 GB arrive, whole or in parts; each gets one receipt, a large one by a task."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        self._settings = settings
        self.pipeline = self._define_pipeline()
        self.portal = self._define_portal()
        self.network = Network(self, "Network", nat="none")
        self.task = FargateTask(self, "Receiver", image="file_receiver", vpc=self.network.vpc)
        self.workflow = self._define_workflow()
        self.sizes = self._define_sizes()
        # Last, since it reads what the task was allowed.
        self.endpoints = PrivateEndpoints(self, "Endpoints", vpc=self.network.vpc, workloads=[self.task])
        beside = (self.portal, self.portal.table, self.sizes, self.workflow, self.task)
        add_operations(self, self.pipeline, settings, *beside)
        define_outputs(
            self,
            {
                "PortalUrl": self.portal.url,
                "PortalApiId": self.portal.api_id,
                "UploadsTableName": self.portal.table.table_name,
                "WorkflowArn": self.workflow.state_machine_arn,
            },
        )

    def _define_pipeline(self) -> FilePipeline:
        timeout = max(LEAST_TIMEOUT, self._settings.timeout.to_seconds())
        function = PythonFunction(
            self,
            "Receipts",
            code="file_receipts",
            memory_size=MEMORY,
            timeout=Duration.seconds(timeout),
            reserved_concurrency=RECEIPTS,
        )
        return FilePipeline(
            self,
            "Files",
            function=function,
            batch_size=2,
            max_batching_window=Duration.seconds(0),
            removal_policy=self._settings.removal_policy,
        )

    def _define_portal(self) -> UploadPortal:
        function = PythonFunction(
            self,
            "PortalHandler",
            code="upload_portal",
            timeout=Duration.seconds(29),
            reserved_concurrency=PORTAL,
        )
        return UploadPortal(
            self,
            "Portal",
            function=function,
            bucket=self.pipeline.inbox,
            max_size=Size.gibibytes(5),
            authorizer=JwtAuthorizer(issuer=ISSUER, audience=[AUDIENCE]),
            throttle=REQUESTS,
            cors=Cors(PAGES),
            removal_policy=self._settings.removal_policy,
        )

    def _define_workflow(self) -> Workflow:
        """Read a larger file in a task, which is stopped and started anew where it takes over an hour."""
        run = RunTask(
            self.task.cluster, self.task.task_definition, self.task.security_groups, environment=FILE
        )
        return Workflow(self, "LargeFiles", steps=[Step("Receive", run)])

    def _define_sizes(self) -> SizeRouter:
        router = SizeRouter(
            self,
            "Sizes",
            pipeline=self.pipeline,
            workflow=self.workflow,
            threshold=LARGEST_HERE,
            worst_case=WORST_CASE,
        )
        router.connect(self.task)
        return router
