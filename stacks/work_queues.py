"""Work that waits in queues: orders in any order, a ledger in order."""

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from stacks.outputs import define_outputs, outputs_of
from stacks.settings import Settings
from wellmade.foundation import IdempotencyTable, OnDemandTable, alarm_topic, define_dashboard
from wellmade.foundation.queue_consumer import QueueConsumer
from wellmade.messaging import OrderedQueueWorker, QueueWorker


class WorkQueuesStack(Stack):
    """Orders are taken ten at a time; entries of one account are booked one after the other."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id, description=self.__doc__)
        self.orders = self._define_orders(settings)
        self.ledger = self._define_ledger(settings)
        settings.suppress(self.orders, self.ledger)
        define_dashboard(self, "Dashboard", workers={"Orders": self.orders, "Ledger": self.ledger})
        self._define_outputs()
        settings.tag(self)

    def _define_orders(self, settings: Settings) -> QueueWorker:
        table = OnDemandTable(self, "OrdersTable", partition_key="pk", removal_policy=settings.removal_policy)
        worker = QueueWorker(
            self,
            "Orders",
            package="order_worker",
            environment={"TABLE_NAME": table.table_name},
            timeout=settings.timeout,
            concurrency=settings.concurrency,
            batching_window=settings.batching_window,
        )
        worker.function.allow(["dynamodb:PutItem"], [table.table_arn])
        claims = IdempotencyTable(self, "OrderClaims", removal_policy=settings.removal_policy)
        claims.serve(worker.function)
        CfnOutput(self, "OrdersTableName", value=table.table_name)
        return worker

    def _define_ledger(self, settings: Settings) -> OrderedQueueWorker:
        table = OnDemandTable(
            self, "LedgerTable", partition_key="pk", sort_key="sk", removal_policy=settings.removal_policy
        )
        worker = OrderedQueueWorker(
            self,
            "Ledger",
            package="ledger_worker",
            group_key="account",
            timeout=settings.timeout,
            concurrency=settings.concurrency,
        )
        worker.function.function.add_environment("TABLE_NAME", table.table_name)
        worker.function.allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], [table.table_arn])
        CfnOutput(self, "LedgerTableName", value=table.table_name)
        return worker

    def _define_outputs(self) -> None:
        workers: dict[str, QueueConsumer] = {"Orders": self.orders, "Ledger": self.ledger}
        define_outputs(self, {**outputs_of(workers), "AlarmTopicArn": alarm_topic(self).topic_arn})
