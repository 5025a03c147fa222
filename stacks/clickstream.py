"""What users look at, as it happens: three independent readers of one stream, and a table that is watched."""

from typing import Any

from aws_cdk import Duration, Stack
from constructs import Construct

from stacks.access_logs import log_access
from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.api import LambdaApi
from wellmade.foundation import OnDemandTable, PythonFunction, alarm_topic, monitor
from wellmade.foundation.alarms import define_alarm
from wellmade.streaming import ChangeFeed, EventStream, StreamArchive, StreamProcessor
from wellmade_runtime.variables import POWERTOOLS_SERVICE_NAME

CLICK = {"click_id": "string", "user": "string", "page": "string", "at": "string"}
SUSPICIOUS = {"dynamodb": {"NewImage": {"suspicious": {"BOOL": [True]}}}}


class ClickstreamStack(Stack):
    """Clicks are counted, scored for fraud and kept for years; a suspicious score opens a case."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        self._settings = settings
        self.clicks = EventStream(self, "Clicks", removal_policy=settings.removal_policy)
        intake = PythonFunction(
            self,
            "IntakeHandler",
            code="click_intake",
            timeout=Duration.seconds(10),
            reserved_concurrency=settings.concurrency,
        )
        self.api = LambdaApi(self, "Intake", function=intake, routes=["POST /clicks"])
        self.clicks.connect(self.api)
        self.tables = {name: self._define_table(name) for name in ("Counters", "Scores", "Cases")}
        self._count_and_score()
        self._open_cases()
        self._archive()
        settings.suppress(self.counting, self.scoring, self.watching)
        monitor(self, self.clicks, self.api, self.counting, self.scoring, self.watching, self.archive)
        self._define_outputs()
        settings.tag(self)

    def _define_table(self, name: str) -> OnDemandTable:
        policy = self._settings.removal_policy
        return OnDemandTable(
            self,
            f"{name}Table",
            partition_key="pk",
            time_to_live_attribute="expiration",  # of the marks that keep a click from counting twice
            removal_policy=policy,
        )

    def _define_function(self, name: str, code: str, table: OnDemandTable, *actions: str) -> PythonFunction:
        settings = self._settings
        function = PythonFunction(
            self,
            f"{name}Handler",
            code=code,
            timeout=settings.timeout,
            reserved_concurrency=settings.concurrency,
            environment={POWERTOOLS_SERVICE_NAME: self._service(name)},  # by which its metrics are told apart
        )
        table.connect(function, actions=actions)
        return function

    def _service(self, name: str) -> str:
        return f"{self.node.id}-{name.lower()}"

    def _tell_of_contradictions(self, name: str) -> None:
        define_alarm(
            self,
            f"{name}Contradictions",
            metric="ContradictedClicks",
            namespace="Wellmade",
            dimensions={"service": self._service(name)},
            statistic="Sum",
            above=0,
            description="Clicks came again under their id with other contents, and were set apart: look at "
            "items `contradicted#` of its table, which tell their place in the stream, and at who sent them.",
        )

    def _count_and_score(self) -> None:
        counters, scores = self.tables["Counters"], self.tables["Scores"]
        count = self._define_function(
            "Counting", "click_counters", counters, "dynamodb:PutItem", "dynamodb:UpdateItem"
        )
        score = self._define_function(
            "Scoring", "fraud_score", scores, "dynamodb:GetItem", "dynamodb:PutItem"
        )
        policy = self._settings.removal_policy
        self.counting, self.scoring = (
            StreamProcessor(self, name, stream=self.clicks, function=function, removal_policy=policy)
            for name, function in (("Counting", count), ("Scoring", score))
        )
        for name in ("Counting", "Scoring"):
            self._tell_of_contradictions(name)

    def _open_cases(self) -> None:
        function = self._define_function("Watching", "case_opener", self.tables["Cases"], "dynamodb:PutItem")
        self.watching = ChangeFeed(
            self,
            "Watching",
            table=self.tables["Scores"],
            function=function,
            filters=[SUSPICIOUS],
            removal_policy=self._settings.removal_policy,
        )

    def _archive(self) -> None:
        policy = self._settings.removal_policy
        self.archive = StreamArchive(
            self, "Archive", stream=self.clicks, columns=CLICK, removal_policy=policy
        )
        log_access(self, [self.archive.bucket], policy)

    def _define_outputs(self) -> None:
        outputs = {
            "ApiId": self.api.api_id,
            "StreamName": self.clicks.stream_name,
            "ArchiveBucketName": self.archive.bucket.bucket_name,
            "AlarmTopicArn": alarm_topic(self).topic_arn,
            **{f"{name}TableName": table.table_name for name, table in self.tables.items()},
        }
        for name, consumer in (
            ("Counting", self.counting),
            ("Scoring", self.scoring),
            ("Watching", self.watching),
        ):
            outputs[f"{name}OnFailureQueueUrl"] = consumer.on_failure_queue.queue_url
            outputs[f"{name}FunctionName"] = consumer.function.function_name
        define_outputs(self, outputs)
