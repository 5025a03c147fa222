"""An order is placed once, and everybody who must know of it does, once."""

from aws_cdk import CfnOutput, Duration, Stack
from constructs import Construct

from stacks.order_saga import OrderSaga
from stacks.outputs import define_outputs, outputs_of
from stacks.settings import Settings
from wellmade.api import LambdaApi
from wellmade.foundation import OnDemandTable, PythonFunction, alarm_topic, define_dashboard
from wellmade.kit.packaging import bundled_handlers
from wellmade.messaging import EventHub, FanOutTopic, QueueWorker

ORDER_PLACED = "OrderPlaced.v1"
SHIPPED = {"delivery": ["parcel"]}
"""What the warehouse packs; nobody packs a download."""


class OrderEventsStack(Stack):
    """Orders come in over HTTP, are told on an event hub, fan out to three consumers and start a saga."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id, description=self.__doc__)
        self._settings = settings
        self.hub = EventHub(self, "Shop", contracts=bundled_handlers() / "sample_shop" / "contracts")
        intake = PythonFunction(
            self,
            "OrdersHandler",
            code="order_intake",
            timeout=Duration.seconds(10),
            reserved_concurrency=settings.concurrency,
        )
        self.api = LambdaApi(self, "Orders", function=intake, routes=["POST /orders"])
        self.hub.serve(self.api.function)
        self.consumers = {
            "Stock": self._define_consumer("Stock", "stock_demand", "dynamodb:UpdateItem"),
            "Notes": self._define_consumer("Notes", "order_notifier"),
            "Sales": self._define_consumer("Sales", "sales_figures", "dynamodb:UpdateItem"),
        }
        self._fan_out()
        self.saga = OrderSaga(self, "Saga", settings=settings)
        self.hub.add_workflow("ToSaga", self.saga.workflow.machine, event=ORDER_PLACED)
        settings.suppress(*self.consumers.values(), self.saga.payments)
        define_dashboard(self, "Dashboard", workers={**self.consumers, "Payments": self.saga.payments})
        self._define_outputs()
        settings.tag(self)

    def _define_consumer(self, name: str, package: str, *also: str) -> QueueWorker:
        settings = self._settings
        table = OnDemandTable(
            self,
            f"{name}Table",
            partition_key="pk",
            time_to_live_attribute="expiration",  # of the marks that keep an order from counting twice
            removal_policy=settings.removal_policy,
        )
        worker = QueueWorker(
            self,
            name,
            package=package,
            environment={"TABLE_NAME": table.table_name},
            timeout=settings.timeout,
            concurrency=settings.concurrency,
            batching_window=settings.batching_window,
        )
        worker.function.allow(["dynamodb:PutItem", *also], [table.table_arn])
        CfnOutput(self, f"{name}TableName", value=table.table_name)
        return worker

    def _fan_out(self) -> None:
        """Let one rule of the hub tell all consumers, each with its filter; the next one adds a line here."""
        orders = FanOutTopic(self, "OrderPlaced")
        orders.add_consumer("Stock", self.consumers["Stock"].queue, where={"detail": SHIPPED})
        big = {"detail": {"total_cents": [{"numeric": [">=", 10_000]}]}}
        orders.add_consumer("Notes", self.consumers["Notes"].queue, where=big)
        orders.add_consumer("Sales", self.consumers["Sales"].queue)
        self.hub.add_topic("ToConsumers", orders, event=ORDER_PLACED)

    def _define_outputs(self) -> None:
        outputs = {
            "ApiId": self.api.api_id,
            "ApiUrl": self.api.url,
            "EventBusName": self.hub.bus.event_bus_name,
            "EventBusArn": self.hub.bus.event_bus_arn,
            "ArchiveArn": self.hub.archive.attr_arn,
            "AlarmTopicArn": alarm_topic(self).topic_arn,
            **outputs_of(self.consumers),
        }
        define_outputs(self, outputs)
