"""Reports for tenants of three tiers, none of whom waits for another one."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.api import TenantApi, Tier
from wellmade.foundation import OnDemandTable, PythonFunction, alarm_topic, monitor

TIERS = {
    "free": Tier(rate_limit=1, burst_limit=5, quota=20_000),
    "team": Tier(rate_limit=10, burst_limit=20),
    "large": Tier(rate_limit=50, burst_limit=100, own_queue=True),
}
TENANTS = {
    "acme": "large",
    "bolt": "team",
    "corner-shop": "free",
    "dune": "free",
}
"""Add a line to let a tenant in; its key is made at the next deployment."""
EACH = 2
"""Copies of the worker that are reserved for a queue: the least, since one account runs all our stacks."""


class TenantApiStack(Stack):
    """Each tenant has a key and limits of its own; a tenant in a loop is throttled, and let back."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        self.products = OnDemandTable(
            self, "Products", partition_key="sku", removal_policy=settings.removal_policy
        )
        queues = [TIERS[tier].own_queue for tier in TENANTS.values()].count(True) + [
            tier.own_queue for tier in TIERS.values()
        ].count(False)
        worker = PythonFunction(
            self,
            "Worker",
            code="report_worker",
            timeout=settings.timeout,
            reserved_concurrency=EACH * queues,
        )
        self.reports = TenantApi(
            self,
            "Reports",
            function=worker,
            tiers=TIERS,
            tenants=TENANTS,
            path="reports",
            removal_policy=settings.removal_policy,
        )
        self.products.connect(self.reports, actions=["dynamodb:Scan"])
        monitor(self, self.reports, self.products)
        self._define_outputs()
        settings.tag(self)

    def _define_outputs(self) -> None:
        reports = self.reports
        keys = {f"KeyIdOf{_words(name)}": tenant.key.ref for name, tenant in reports.tenants.items()}
        queues = {f"QueueUrlOf{_words(name)}": queue.queue_url for name, queue in reports.queues.items()}
        outputs = {
            "ReportsApiId": reports.api_id,
            "ReportsUrl": reports.url,
            "DeadLetterQueueUrl": reports.dead_letter_queue.queue_url,
            "ProductsTableName": self.products.table_name,
            "AlarmTopicArn": alarm_topic(self).topic_arn,
        }
        define_outputs(self, {**outputs, **keys, **queues})


def _words(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))
