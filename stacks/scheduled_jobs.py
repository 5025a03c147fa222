"""Jobs that run by the clock: payouts are reconciled each night, expired carts are deleted each hour."""

from typing import Any

from aws_cdk import Duration, Stack, TimeZone
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from stacks.outputs import define_outputs, outputs_of
from stacks.settings import Settings
from wellmade.foundation import OnDemandTable, PythonFunction, alarm_topic, monitor
from wellmade.messaging import QueueWorker
from wellmade.security import RotatedSecret
from wellmade.workflow import ScheduledJob
from wellmade_runtime.due_items import DUE, INDEX, SHARD

NIGHTLY = scheduler.ScheduleExpression.cron(hour="3", minute="30", time_zone=TimeZone.EUROPE_BERLIN)
"""After the clocks go forward, from 2 to 3, and after they go back."""
HOURLY = scheduler.ScheduleExpression.rate(Duration.hours(1))
COPIES = 2
"""Of a job: one that works, and one that finds it at work."""


class ScheduledJobsStack(Stack):
    """What a crash left pending is finished at night, and what has expired is deleted by the hour."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        self._settings = settings
        self.payouts, self.carts = (self._define_table(name) for name in ("Payouts", "Carts"))
        policy = settings.removal_policy
        self.transfers = OnDemandTable(self, "Transfers", partition_key="pk", removal_policy=policy)
        self.signing_key = RotatedSecret(self, "SigningKey", field="key", removal_policy=policy)
        self.worker = self._define_worker()
        self.reconciliation = self._define_reconciliation()
        self.cleanup = self._define_cleanup()
        settings.suppress(self.worker)
        monitor(self, self.worker, self.reconciliation, self.cleanup)
        self._define_outputs()
        settings.tag(self)

    def _define_table(self, name: str) -> OnDemandTable:
        """Define a table whose items are found by the time at which they are due."""
        table = OnDemandTable(self, name, partition_key="pk", removal_policy=self._settings.removal_policy)
        table.add_global_secondary_index(
            index_name=INDEX,
            partition_key=dynamodb.Attribute(name=SHARD, type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name=DUE, type=dynamodb.AttributeType.NUMBER),
        )
        return table

    def _define_worker(self) -> QueueWorker:
        function = PythonFunction(
            self,
            "PayoutHandler",
            code="payout_worker",
            timeout=self._settings.timeout,
            reserved_concurrency=self._settings.concurrency,
        )
        worker = QueueWorker(
            self,
            "PayoutQueue",
            function=function,
            max_batching_window=self._settings.batching_window,
            removal_policy=self._settings.removal_policy,
        )
        self.payouts.connect(worker, actions=["dynamodb:PutItem", "dynamodb:UpdateItem"])
        self.transfers.connect(worker, actions=["dynamodb:PutItem"], prefix="TRANSFERS_")
        self.signing_key.connect(worker)
        return worker

    def _define_reconciliation(self) -> ScheduledJob:
        job = ScheduledJob(
            self,
            "Reconciliation",
            schedule=NIGHTLY,
            function=self._define_function("ReconciliationHandler", "reconciliation", Duration.minutes(15)),
            removal_policy=self._settings.removal_policy,
        )
        self.payouts.connect(job, actions=["dynamodb:UpdateItem"])
        self._let_find_due(job, self.payouts)
        self.transfers.connect(job, actions=["dynamodb:PutItem"], prefix="TRANSFERS_")
        self.signing_key.connect(job)
        return job

    def _define_cleanup(self) -> ScheduledJob:
        job = ScheduledJob(
            self,
            "Cleanup",
            schedule=HOURLY,
            function=self._define_function("CleanupHandler", "cart_cleanup", Duration.minutes(5)),
            lease_table=self.reconciliation.lease_table,
            removal_policy=self._settings.removal_policy,
        )
        self.carts.connect(job, actions=["dynamodb:DeleteItem"])
        self._let_find_due(job, self.carts)
        return job

    def _define_function(self, construct_id: str, code: str, timeout: Duration) -> PythonFunction:
        return PythonFunction(self, construct_id, code=code, timeout=timeout, reserved_concurrency=COPIES)

    def _let_find_due(self, job: ScheduledJob, table: OnDemandTable) -> None:
        job.allow(["dynamodb:Query"], [f"{table.table_arn}/index/{INDEX}"])

    def _define_outputs(self) -> None:
        jobs = {"Reconciliation": self.reconciliation, "Cleanup": self.cleanup}
        tables = {"Payouts": self.payouts, "Carts": self.carts, "Transfers": self.transfers}
        functions = {
            f"{name}FunctionName": job.function.function_name for name, job in jobs.items() if job.function
        }
        schedules = {f"{name}ScheduleName": job.resource.ref for name, job in jobs.items()}
        groups = {f"{name}GroupName": job.schedule_group.ref for name, job in jobs.items()}
        failed = {f"{name}DeadLetterQueueUrl": job.dead_letter_queue.queue_url for name, job in jobs.items()}
        define_outputs(
            self,
            {
                **outputs_of({"Payouts": self.worker}),
                **{f"{name}TableName": table.table_name for name, table in tables.items()},
                **functions,
                **schedules,
                **groups,
                **failed,
                "SigningKeyArn": self.signing_key.secret_arn,
                "AlarmTopicArn": alarm_topic(self).topic_arn,
            },
        )
