"""A catalogue over HTTP, and reports on it that take longer than an API waits."""

from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_certificatemanager as acm
from constructs import Construct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.api import AsyncApi, Cors, CustomDomain, JwtAuthorizer, LambdaApi, Route, Throttle
from wellmade.foundation import OnDemandTable, PythonFunction, alarm_topic, monitor

REPORT = {
    "properties": {"category": {"type": "string", "minLength": 1, "maxLength": 64}},
    "additionalProperties": False,
}
"""What a caller may ask for; API Gateway checks it."""


PRODUCT = "/products/{sku}"
ISSUER, AUDIENCE = "https://login.example.com/", "shop-pages"
PAGES = ["https://shop.example.com"]
SCOPE = "products/write"
"""What a token must hold to change the catalogue."""


class ServerlessApiStack(Stack):
    """Products are kept by HTTP; reports on them are asked for, waited for and read."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        self.products = OnDemandTable(
            self, "Products", partition_key="sku", removal_policy=settings.removal_policy
        )
        self.catalog = self._define_catalog()
        self.reports = self._define_reports(settings)
        monitor(self, self.catalog, self.reports, self.products)
        self._define_outputs()
        settings.tag(self)

    def _define_catalog(self) -> LambdaApi:
        handler = PythonFunction(
            self,
            "CatalogHandler",
            code="product_catalog",
            timeout=Duration.seconds(10),
        )
        changes = Route(scopes=[SCOPE], throttle=Throttle(rate_limit=10, burst_limit=20))
        catalog = LambdaApi(
            self,
            "Catalog",
            function=handler,
            routes={
                f"GET {PRODUCT}": Route(),
                **{f"{method} {PRODUCT}": changes for method in ("POST", "PUT", "DELETE")},
            },
            authorizer=JwtAuthorizer(issuer=ISSUER, audience=[AUDIENCE]),
            throttle=Throttle(rate_limit=100, burst_limit=200),
            cors=Cors(PAGES),
            domain=self._domain(),
        )
        calls = [f"dynamodb:{name}Item" for name in ("Get", "Put", "Delete")]
        self.products.connect(catalog, actions=calls)
        return catalog

    def _domain(self) -> CustomDomain | None:
        """Return the name of the catalogue: `-c api-domain=NAME -c api-certificate=ARN`; else none."""
        name, arn = (self.node.try_get_context(f"api-{each}") for each in ("domain", "certificate"))
        if not name or not arn:
            return None
        return CustomDomain(name, acm.Certificate.from_certificate_arn(self, "Certificate", arn))

    def _define_reports(self, settings: Settings) -> AsyncApi:
        worker = PythonFunction(
            self,
            "ReportsHandler",
            code="report_worker",
            timeout=settings.timeout,
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
            "CatalogApiId": self.catalog.api_id,
            "CatalogUrl": self.catalog.url,
            "ReportsApiId": reports.api_id,
            "ReportsUrl": reports.url,
            "ReportsQueueUrl": reports.queue.queue_url,
            "ReportsDeadLetterQueueUrl": reports.dead_letter_queue.queue_url,
            "ProductsTableName": self.products.table_name,
            "AlarmTopicArn": alarm_topic(self).topic_arn,
        }
        define_outputs(self, outputs)
