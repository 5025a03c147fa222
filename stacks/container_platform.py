"""Containers of two kinds on instances of EC2 that they share: many on any processor, some on GPUs."""

from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from constructs import Construct, IConstruct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.compute import BacklogScaling, ContainerFleet, FleetWorker, InstanceGroup, TaskSize
from wellmade.foundation import OnDemandTable, alarm_topic, monitor
from wellmade.network import Network, PrivateEndpoints

ACTIONS = ["dynamodb:PutItem", "dynamodb:UpdateItem"]
GPU_TYPES = ("g5.xlarge", "g4dn.xlarge")
"""One GPU each, so that a task has the whole instance."""


class ContainerPlatformStack(Stack):
    """Programs share instances of EC2: tasks follow their queues, and instances the tasks, both from none up.

    Invoices are written on Graviton, four of five instances above the base on Spot; large ones, which stand
    for work that takes a GPU, on instances that have one. Take it for GPUs, for tasks larger than Fargate
    has, or where steady work fills instances with Savings Plans; else tasks of Fargate, which have no
    instances to look after.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=(self.__doc__ or "").split("\n")[0], **options)
        self._settings, web = settings, settings.web
        self.network = Network(self, "Network", zones=web.zones, nat=web.nat)
        most = max(2, web.tasks.max_capacity // 3)
        general = InstanceGroup(max_capacity=most, on_demand_base=1 if web.tasks.on_demand_base else None)
        self.fleet = ContainerFleet(
            self,
            "Fleet",
            vpc=self.network.vpc,
            groups={"general": general, "gpu": InstanceGroup(GPU_TYPES, max_capacity=2)},
        )
        self.invoices = self._define_worker("Invoices", "general", None, TaskSize())
        # An instance has 4 processors and 16 GiB, of which the system keeps some.
        self.large = self._define_worker("LargeInvoices", "gpu", 1, TaskSize(cpu=3072, memory=12_288))
        # Last, since it reads what all of them were allowed.
        workloads: list[IConstruct] = [self.fleet, self.invoices, self.large]
        self.endpoints = PrivateEndpoints(self, "Endpoints", vpc=self.network.vpc, workloads=workloads)
        monitor(self, self.fleet, self.invoices, self.large)
        define_outputs(self, {"AlarmTopicArn": alarm_topic(self).topic_arn})
        settings.tag(self)

    def _define_worker(self, name: str, group: str, gpus: int | None, size: TaskSize) -> FleetWorker:
        policy = self._settings.removal_policy
        worker = FleetWorker(
            self,
            name,
            fleet=self.fleet,
            image="invoice_worker",
            group=group,
            gpus=gpus,
            size=size,
            scaling=BacklogScaling(Duration.minutes(5), Duration.seconds(2), max_capacity=10),
            removal_policy=policy,
        )
        table = OnDemandTable(self, f"{name}Table", partition_key="pk", removal_policy=policy)
        table.connect(worker, actions=ACTIONS)
        CfnOutput(self, f"{name}TableName", value=table.table_name)
        CfnOutput(self, f"{name}QueueUrl", value=worker.queue.queue_url)
        CfnOutput(self, f"{name}DeadLetterQueueUrl", value=worker.dead_letter_queue.queue_url)
        return worker
