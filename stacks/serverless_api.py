"""A catalogue over HTTP, and reports on it that take longer than an API waits."""

from aws_cdk import Stack
from constructs import Construct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.api import AsyncApi
from wellmade.foundation import OnDemandTable, PythonFunction, alarm_topic, monitor

REPORT = {
    "properties": {"category": {"type": "string", "minLength": 1, "maxLength": 64}},
    "additionalProperties": False,
}
"""What a caller may ask for; API Gateway checks it."""


class ServerlessApiStack(Stack):
    """Products are kept by HTTP; reports on them are asked for, waited for and read."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id, description=self.__doc__)
        self.products = OnDemandTable(
            self, "Products", partition_key="sku", removal_policy=settings.removal_policy
        )
        self.reports = self._define_reports(settings)
        monitor(self, self.reports, self.products)
        self._define_outputs()
        settings.tag(self)

    def _define_reports(self, settings: Settings) -> AsyncApi:
        worker = PythonFunction(
            self,
            "ReportsHandler",
            code="report_worker",
            timeout=settings.timeout,
            reserved_concurrency=settings.concurrency,
        )
        reports = AsyncApi(
            self,
            "Reports",
            function=worker,
            path="reports",
            request_schema=REPORT,
            removal_policy=settings.removal_policy,
        )
        self.products.connect(reports, actions=["dynamodb:Scan"])
        return reports

    def _define_outputs(self) -> None:
        reports = self.reports
        outputs = {
            "ReportsApiId": reports.api_id,
            "ReportsUrl": reports.url,
            "ReportsQueueUrl": reports.queue.queue_url,
            "ReportsDeadLetterQueueUrl": reports.dead_letter_queue.queue_url,
            "ProductsTableName": self.products.table_name,
            "AlarmTopicArn": alarm_topic(self).topic_arn,
        }
        define_outputs(self, outputs)
