"""Work that waits in queues: orders in any order, a ledger in order."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from stacks.outputs import define_outputs, outputs_of
from stacks.settings import Settings
from wellmade.foundation import IdempotencyTable, OnDemandTable, PythonFunction, alarm_topic, monitor
from wellmade.foundation.queue_consumer import QueueConsumer
from wellmade.messaging import OrderedQueueWorker, QueueWorker


class WorkQueuesStack(Stack):
    """Orders are taken ten at a time; entries of one account are booked one after the other."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        self.orders = self._define_orders(settings)
        self.ledger = self._define_ledger(settings)
        settings.suppress(self.orders, self.ledger)
        monitor(self, self.orders, self.ledger)
        self._define_outputs()
        settings.tag(self)

    def _define_orders(self, settings: Settings) -> QueueWorker:
        table = OnDemandTable(self, "OrdersTable", partition_key="pk", removal_policy=settings.removal_policy)
        worker = QueueWorker(
            self,
            "Orders",
            function=self._define_function("OrdersHandler", "order_worker", settings),
            max_batching_window=settings.batching_window,
            removal_policy=settings.removal_policy,
        )
        table.connect(worker, actions=["dynamodb:PutItem"])
        claims = IdempotencyTable(self, "OrderClaims", removal_policy=settings.removal_policy)
        claims.connect(worker)
        CfnOutput(self, "OrdersTableName", value=table.table_name)
        return worker

    def _define_ledger(self, settings: Settings) -> OrderedQueueWorker:
        table = OnDemandTable(
            self, "LedgerTable", partition_key="pk", sort_key="sk", removal_policy=settings.removal_policy
        )
        worker = OrderedQueueWorker(
            self,
            "Ledger",
            function=self._define_function("LedgerHandler", "ledger_worker", settings),
            message_group_key="account",
            removal_policy=settings.removal_policy,
        )
        table.connect(worker, actions=["dynamodb:PutItem", "dynamodb:UpdateItem"])
        CfnOutput(self, "LedgerTableName", value=table.table_name)
        return worker

    def _define_function(self, construct_id: str, code: str, settings: Settings) -> PythonFunction:
        return PythonFunction(
            self,
            construct_id,
            code=code,
            timeout=settings.timeout,
            reserved_concurrency=settings.concurrency,
        )

    def _define_outputs(self) -> None:
        workers: dict[str, QueueConsumer] = {"Orders": self.orders, "Ledger": self.ledger}
        define_outputs(self, {**outputs_of(workers), "AlarmTopicArn": alarm_topic(self).topic_arn})
