"""An order is placed once, and everybody who must know of it does, once."""

from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from constructs import Construct

from stacks.order_saga import OrderSaga
from stacks.outputs import define_outputs, outputs_of
from stacks.settings import Settings
from wellmade.api import LambdaApi
from wellmade.foundation import OnDemandTable, PythonFunction, alarm_topic, monitor
from wellmade.kit.packaging import bundled_handlers
from wellmade.messaging import EventBus, FanOutTopic, QueueWorker

ORDER_PLACED = "OrderPlaced.v1"
SHIPPED = {"delivery": ["parcel"]}
"""What the warehouse packs; nobody packs a download."""


class OrderEventsStack(Stack):
    """Orders come in over HTTP, go on an event bus, fan out to three consumers and start a saga."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        self._settings = settings
        self.events = EventBus(
            self,
            "Shop",
            contracts=bundled_handlers() / "sample_shop" / "contracts",
            removal_policy=settings.removal_policy,
        )
        intake = PythonFunction(
            self,
            "OrdersHandler",
            code="order_intake",
            timeout=Duration.seconds(10),
            reserved_concurrency=settings.concurrency,
        )
        self.api = LambdaApi(self, "Orders", function=intake, routes=["POST /orders"])
        self.events.connect(self.api)
        numbers = OnDemandTable(
            self,
            "OrderNumbers",
            partition_key="id",
            time_to_live_attribute="expiration",  # of what a customer's number was used for
            removal_policy=settings.removal_policy,
        )
        numbers.connect(self.api, actions=["dynamodb:PutItem"])
        self.consumers = {
            "Stock": self._define_consumer("Stock", "stock_demand", "dynamodb:UpdateItem"),
            "Notes": self._define_consumer("Notes", "order_notifier"),
            "Sales": self._define_consumer("Sales", "sales_figures", "dynamodb:UpdateItem"),
        }
        self._fan_out()
        self.saga = OrderSaga(self, "Saga", settings=settings)
        self.events.add_target("ToSaga", self.saga.workflow, event=ORDER_PLACED)
        settings.suppress(*self.consumers.values(), self.saga.payments)
        monitor(self, self.api, self.events, *self.consumers.values(), self.saga.payments, self.saga.workflow)
        self._define_outputs()
        settings.tag(self)

    def _define_consumer(self, name: str, code: str, *also: str) -> QueueWorker:
        settings = self._settings
        table = OnDemandTable(
            self,
            f"{name}Table",
            partition_key="pk",
            time_to_live_attribute="expiration",  # of the marks that keep an order from counting twice
            removal_policy=settings.removal_policy,
        )
        function = PythonFunction(
            self,
            f"{name}Handler",
            code=code,
            timeout=settings.timeout,
            reserved_concurrency=settings.concurrency,
        )
        worker = QueueWorker(
            self,
            name,
            function=function,
            max_batching_window=settings.batching_window,
            removal_policy=settings.removal_policy,
        )
        table.connect(worker, actions=["dynamodb:PutItem", *also])
        CfnOutput(self, f"{name}TableName", value=table.table_name)
        return worker

    def _fan_out(self) -> None:
        """Let one rule of the bus tell all consumers, each with its filter; the next one adds a line here."""
        orders = FanOutTopic(self, "OrderPlaced", removal_policy=self._settings.removal_policy)
        big = {"detail": {"total_cents": [{"numeric": [">=", 10_000]}]}}
        wanted: dict[str, dict[str, Any] | None] = {
            "Stock": {"detail": SHIPPED},
            "Notes": big,
            "Sales": None,
        }
        for name, policy in wanted.items():
            orders.subscribe(
                name, self.consumers[name], filter_policy=policy, filter_policy_scope="MessageBody"
            )
        self.events.add_target("ToConsumers", orders, event=ORDER_PLACED)

    def _define_outputs(self) -> None:
        outputs = {
            "ApiId": self.api.api_id,
            "ApiUrl": self.api.url,
            "EventBusName": self.events.bus.event_bus_name,
            "EventBusArn": self.events.bus.event_bus_arn,
            "ArchiveArn": self.events.archive.attr_arn,
            "AlarmTopicArn": alarm_topic(self).topic_arn,
            **outputs_of(self.consumers),
        }
        define_outputs(self, outputs)
