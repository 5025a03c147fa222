"""A shop's API in Node.js, thumbnails of its photographs, and a job that compares them each night."""

from typing import Any

from aws_cdk import Duration, Stack, TimeZone
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from stacks.arriving_files import add_operations
from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.api import Cors, LambdaApi
from wellmade.foundation import NodeFunction, OnDemandTable, PythonFunction
from wellmade.foundation.alarms import define_alarm
from wellmade.ingest import FilePipeline
from wellmade.workflow import ScheduledJob
from wellmade_runtime.metrics import NAMESPACE
from wellmade_runtime.variables import INBOX_BUCKET, INBOX_PREFIX, QUARANTINE_BUCKET, RESULTS_BUCKET

PRODUCT = "/products/{sku}"
PHOTOS = f"{PRODUCT}/photos"
ROUTES = [f"PUT {PRODUCT}", f"GET {PRODUCT}", f"POST {PHOTOS}", f"GET {PHOTOS}/{{photo}}"]
SIGNED = ["authorization", "content-type", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"]
"""What a page sends that signs its requests."""
NIGHTLY = scheduler.ScheduleExpression.cron(hour="3", minute="30", time_zone=TimeZone.EUROPE_BERLIN)
"""After the clocks go forward, from 2 to 3, and after they go back."""
DECODING = 1769
"""In MiB: a whole processor, and room for the largest picture that is decoded."""
LEAST_TIMEOUT = 10
"""In seconds: the largest pictures that are decoded take 3 s of a processor each."""
MISMATCHES = {
    "UnprocessedPhotos": "Photographs are in the inbox for over an hour and have neither a thumbnail nor a "
    "reason in quarantine. The report in `reconciliation/` of the results names them. See those in the "
    "dead-letter queue with: wellmade redrive <queue>. One that is in no queue comes again by a copy onto "
    "itself with --metadata-directive REPLACE, unless it was done before: then delete its item in the "
    "idempotency table first.",
    "RowsWithoutPhoto": "Rows tell of photographs that are in the inbox no more. The report in "
    "`reconciliation/` of the results names them. Who deleted them tells the access log; bring back the old "
    "version, or delete row and thumbnail.",
}
"""By metric of the job: what it means that it is over 0, and what to do first."""


class ShopStack(Stack):
    """An API in Node.js keeps products, their photographs get thumbnails, a job compares both each night.

    Three kinds of work and what runs each: requests end within seconds and come and go, so a function behind
    an HTTP API; photographs come by URLs straight into S3, and a queue holds them until a function has
    decoded each; the nightly job takes minutes, so a function that a schedule starts. Take a `WebService`
    for an API that holds connections or is busy all day, a task for a job of over 15 minutes.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=(self.__doc__ or "").partition("\n")[0], **options)
        self._settings = settings
        policy = settings.removal_policy
        self.products = OnDemandTable(
            self, "Products", partition_key="sku", sort_key="part", removal_policy=policy
        )
        self.photos = OnDemandTable(
            self,
            "PhotoRows",
            partition_key="pk",
            sort_key="sk",
            sort_key_type=dynamodb.AttributeType.NUMBER,
            removal_policy=policy,
        )
        self.pipeline = self._define_pipeline()
        self.api = self._define_api()
        self.reconciliation = self._define_reconciliation()
        add_operations(self, self.pipeline, settings, self.api, self.products, self.reconciliation)
        self._define_outputs()

    def _define_pipeline(self) -> FilePipeline:
        settings = self._settings
        function = PythonFunction(
            self,
            "Thumbnailer",
            code="thumbnailer",
            memory_size=DECODING,
            timeout=Duration.seconds(max(LEAST_TIMEOUT, settings.timeout.to_seconds())),
            reserved_concurrency=settings.concurrency,
        )
        return FilePipeline(
            self,
            "Photos",
            function=function,
            table=self.photos,
            suffixes=[],
            max_batching_window=settings.batching_window,
            removal_policy=settings.removal_policy,
        )

    def _define_api(self) -> LambdaApi:
        """Answer whoever signs requests and was granted; name a `JwtAuthorizer` for pages in browsers.

        Pages of `-c shop-pages=https://shop.example.com` may ask it, and put photographs where it says.
        """
        function = NodeFunction(self, "ApiHandler", code="shop_api")
        cors = self._allow_pages()
        api = LambdaApi(self, "Api", function=function, routes=ROUTES, cors=cors)
        changes = ["dynamodb:PutItem", "dynamodb:ConditionCheckItem"]
        self.products.connect(api, actions=["dynamodb:Query", *changes])
        self.photos.connect(api, actions=["dynamodb:Query"], prefix="PHOTOS_")
        pipeline = self.pipeline
        pipeline.connect(api)
        thumbnails = pipeline.results.arn_for_objects(f"{pipeline.prefix}*")
        reasons = pipeline.quarantine.arn_for_objects(f"{pipeline.prefix}*.reason.json")
        api.allow(["s3:GetObject"], [thumbnails, reasons])
        for bucket in (pipeline.results, pipeline.quarantine):
            if key := bucket.encryption_key:  # of a pipeline that you give a key of yours
                api.allow(["kms:Decrypt"], [key.key_arn], used_by="S3, to decrypt thumbnails and reasons")
        missing = "S3, to answer 404 where nothing is"
        api.allow(["s3:ListBucket"], [pipeline.quarantine.bucket_arn], used_by=missing)
        api.add_environment(RESULTS_BUCKET, pipeline.results.bucket_name)
        api.add_environment(QUARANTINE_BUCKET, pipeline.quarantine.bucket_name)
        return api

    def _allow_pages(self) -> Cors | None:
        """Let pages of others ask the API and put photographs; without any, nobody's."""
        given = self.node.try_get_context("shop-pages")
        if not given:
            return None
        pages, inbox = str(given).split(","), self.pipeline.inbox
        if isinstance(inbox, s3.Bucket):
            put = [s3.HttpMethods.PUT]
            inbox.add_cors_rule(allowed_methods=put, allowed_origins=pages, allowed_headers=["content-type"])
        return Cors(pages, allow_headers=SIGNED)

    def _define_reconciliation(self) -> ScheduledJob:
        function = PythonFunction(
            self,
            "ReconciliationHandler",
            code="photo_reconciliation",
            timeout=Duration.minutes(15),
            reserved_concurrency=2,  # one that works, and one that finds it at work
        )
        job = ScheduledJob(
            self,
            "Reconciliation",
            schedule=NIGHTLY,
            function=function,
            removal_policy=self._settings.removal_policy,
        )
        pipeline = self.pipeline
        self.photos.connect(job, actions=["dynamodb:Scan"])
        job.allow(["s3:ListBucket"], [pipeline.inbox.bucket_arn, pipeline.quarantine.bucket_arn])
        job.allow(["s3:PutObject"], [pipeline.results.arn_for_objects("reconciliation/*")])
        buckets = {
            INBOX_BUCKET: pipeline.inbox,
            QUARANTINE_BUCKET: pipeline.quarantine,
            RESULTS_BUCKET: pipeline.results,
        }
        for name, bucket in buckets.items():
            job.add_environment(name, bucket.bucket_name)
        job.add_environment(INBOX_PREFIX, pipeline.prefix)
        self._define_mismatch_alarms(job)
        return job

    def _define_mismatch_alarms(self, job: ScheduledJob) -> None:
        for metric, description in MISMATCHES.items():
            define_alarm(
                self,
                metric,
                metric=metric,
                namespace=NAMESPACE,
                dimensions={"job": job.job_name},
                above=0,
                description=description,
            )

    def _define_outputs(self) -> None:
        job = self.reconciliation
        outputs = {
            "ApiId": self.api.api_id,
            "ApiUrl": self.api.url,
            "ProductsTableName": self.products.table_name,
            "ReconciliationScheduleName": job.resource.ref,
            "ReconciliationGroupName": job.schedule_group.ref,
            "ReconciliationDeadLetterQueueUrl": job.dead_letter_queue.queue_url,
        }
        if job.function:
            outputs["ReconciliationFunctionName"] = job.function.function_name
        define_outputs(self, outputs)
