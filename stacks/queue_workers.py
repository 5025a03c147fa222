"""One queue's work done three ways side by side: by a function, by tasks and by instances."""

from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from constructs import Construct, IConstruct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.compute import BacklogScaling, FargateWorker, InstanceFleet
from wellmade.foundation import OnDemandTable, PythonFunction, alarm_topic, monitor
from wellmade.foundation.queue_fed import QueueFed
from wellmade.kit.workload import Workload
from wellmade.messaging import QueueWorker
from wellmade.network import Network, PrivateEndpoints

COPIES = 5
"""Of the function: each writes ten invoices side by side, as many as ten tasks do in its time."""
ACTIONS = ["dynamodb:PutItem", "dynamodb:UpdateItem"]


class QueueWorkersStack(Stack):
    """Orders are invoiced once each: by a function, by tasks on backlog per task, by instances on theirs.

    Each way has a queue and a table of its own, so that the same messages may be sent to all three. Take the
    function while a message takes less than 15 minutes and work comes and goes; tasks for longer work, or
    where it never ends; instances where tasks are too small, or Savings Plans and Spot are to be used for
    steady work.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=(self.__doc__ or "").split("\n")[0], **options)
        self._settings, web = settings, settings.web
        self.network = Network(self, "Network", zones=web.zones, nat=web.nat)
        self._scaling = BacklogScaling(
            acceptable_latency=Duration.minutes(5),
            processing_time=Duration.seconds(2),
            # Spot may take all of them back: a message that was begun is received by another.
            on_demand_base=0 if web.tasks.on_demand_base else None,
        )
        self.by_function = self._define_function()
        self.by_tasks = self._define_tasks()
        self.by_instances = self._define_instances()
        self._define_table("Function", self.by_function)
        self._define_table("Tasks", self.by_tasks)
        self._define_table("Instances", self.by_instances)
        # Last, since it reads what all of them were allowed.
        workloads: list[IConstruct] = [self.by_tasks, self.by_instances]
        self.endpoints = PrivateEndpoints(self, "Endpoints", vpc=self.network.vpc, workloads=workloads)
        settings.suppress(self.by_function)
        monitor(self, self.by_function, self.by_tasks, self.by_instances)
        self._define_outputs()
        settings.tag(self)

    def _define_function(self) -> QueueWorker:
        function = PythonFunction(
            self,
            "InvoicesHandler",
            code="invoice_writer",
            timeout=self._settings.timeout,
            reserved_concurrency=COPIES,
        )
        return QueueWorker(
            self,
            "ByFunction",
            function=function,
            max_batching_window=self._settings.batching_window,
            removal_policy=self._settings.removal_policy,
        )

    def _define_tasks(self) -> FargateWorker:
        return FargateWorker(
            self,
            "ByTasks",
            vpc=self.network.vpc,
            image="invoice_worker",
            scaling=self._scaling,
            removal_policy=self._settings.removal_policy,
        )

    def _define_instances(self) -> InstanceFleet:
        return InstanceFleet(
            self,
            "ByInstances",
            vpc=self.network.vpc,
            image="invoice_worker",
            scaling=self._scaling,
            removal_policy=self._settings.removal_policy,
        )

    def _define_table(self, name: str, worker: Workload) -> None:
        policy = self._settings.removal_policy
        table = OnDemandTable(self, f"{name}Invoices", partition_key="pk", removal_policy=policy)
        table.connect(worker, actions=ACTIONS)
        CfnOutput(self, f"{name}TableName", value=table.table_name)

    def _define_outputs(self) -> None:
        workers: dict[str, QueueFed] = {
            "Function": self.by_function,
            "Tasks": self.by_tasks,
            "Instances": self.by_instances,
        }
        queues = {f"{name}QueueUrl": each.queue.queue_url for name, each in workers.items()}
        failed = {
            f"{name}DeadLetterQueueUrl": each.dead_letter_queue.queue_url for name, each in workers.items()
        }
        group = {"InstanceGroupName": self.by_instances.group.ref}
        define_outputs(self, {**queues, **failed, **group, "AlarmTopicArn": alarm_topic(self).topic_arn})
