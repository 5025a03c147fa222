"""A catalogue whose new versions get a tenth of the traffic first, and lose it where they fail."""

from typing import Any

from aws_cdk import Duration, Stack
from constructs import Construct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.api import LambdaApi, Throttle
from wellmade.delivery import CanaryRelease, ReleaseCheck
from wellmade.foundation import OnDemandTable, PythonFunction, alarm_topic, monitor

PRODUCT = "/products/{sku}"
UNKNOWN = "release-check"
"""A number that no product has: the new version has to load, to reach the table and to answer 404."""
CHECK = ReleaseCheck(
    {"requestContext": {"http": {"method": "GET"}}, "pathParameters": {"sku": UNKNOWN}},
    answer={"statusCode": 404},
    timeout=Duration.seconds(10),
)


class ReleaseStack(Stack):
    """A catalogue over HTTP that is released step by step."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        self.products = OnDemandTable(
            self, "Products", partition_key="sku", removal_policy=settings.removal_policy
        )
        self.handler = PythonFunction(
            self, "CatalogHandler", code="product_catalog", timeout=Duration.seconds(10)
        )
        # Before what invokes the function: from here on that is the alias.
        self.release = CanaryRelease(
            self,
            "CatalogRelease",
            function=self.handler,
            check=CHECK,
            alarm_thresholds={"release_duration": Duration.seconds(2)},
        )
        self.catalog = LambdaApi(
            self,
            "Catalog",
            function=self.handler,
            routes=[f"{method} {PRODUCT}" for method in ("GET", "POST", "PUT", "DELETE")],
            throttle=Throttle(rate_limit=100, burst_limit=200),
        )
        calls = [f"dynamodb:{name}Item" for name in ("Get", "Put", "Delete")]
        self.products.connect(self.catalog, actions=calls)
        monitor(self, self.catalog, self.release, self.products)
        self._define_outputs()
        settings.tag(self)

    def _define_outputs(self) -> None:
        define_outputs(
            self,
            {
                "CatalogApiId": self.catalog.api_id,
                "CatalogFunctionName": self.handler.function_name,
                "HookFunctionName": self.release.hook.function_name,
                "ProductsTableName": self.products.table_name,
                "AlarmTopicArn": alarm_topic(self).topic_arn,
            },
        )
