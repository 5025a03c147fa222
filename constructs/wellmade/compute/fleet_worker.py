"""SQS to tasks on instances of EC2."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.compute.container import ImageOption
from wellmade.compute.container_fleet import GENERAL, ContainerFleet
from wellmade.compute.fleet.container_group import ContainerGroup
from wellmade.compute.fleet.group import processor_of
from wellmade.compute.options import BacklogScaling, TaskSize
from wellmade.compute.queue_program import backlog_per_worker, tuning_of
from wellmade.compute.queue_tasks import QueueTask, QueueTasks
from wellmade.compute.task_hosts import OnInstances, name_of_processor
from wellmade.compute.worker_alarms import THRESHOLDS, WorkerThresholds
from wellmade.foundation.alarms import refuse_unknown_alarms
from wellmade.foundation.queue_option import Queue
from wellmade.kit.lookups import is_same, path_of
from wellmade.kit.refusals import RefusedError, refusal, require_between
from wellmade.kit.synth_checks import Synthesized, check_at_synth

MOST_GPUS = 16
"""Of the largest instances of EC2."""


class FleetWorker(QueueTasks):
    """Work off a queue with as many tasks on the instances of a fleet as its backlog takes, and lose none.

    Defines: queue, dead-letter queue, task definition with two roles, log group, security group, service,
    scaling by backlog per task, alarms on messages in the dead-letter queue, on the age of the oldest one and
    on the tasks' CPU and memory; of these what it is not given.

    It is `FargateWorker` on a `ContainerFleet`: for GPUs, for tasks larger than those of Fargate, or where
    instances are cheaper, by Savings Plans or because several programs fill them. The program is the same: it
    extends a message's visibility while it works on it, protects its task from scale-in, and on SIGTERM
    finishes what it began. A new task waits until an instance has room for it, for minutes where one must
    start.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        fleet = ContainerFleet(self, "Fleet", vpc=vpc)
        worker = FleetWorker(self, "Invoices", fleet=fleet, image="invoice_worker")
        table = OnDemandTable(self, "Table", partition_key="pk")
        table.connect(worker, actions=["dynamodb:PutItem", "dynamodb:UpdateItem"])

    Args:
        fleet: The instances that its tasks run on.
        image: The `Path` of your own directory with a Dockerfile, a `RepositoryImage`, any
            `ecs.ContainerImage`, the name of a program that travels with this library, or a `Container` with
            variables, secrets and sidecars of its own.
        group: Of the fleet, whose instances it takes. Default: `general`.
        gpus: How many of an instance's GPUs each task has for itself, 1 to 16. Default: none.
        queue: Your own queue, with its dead-letter queue. Default: one is defined.
        scaling: How long a message may wait, and how many tasks there may be. Default: 5 minutes of messages
            that take 10 seconds, by 10 tasks.
        size: How much of an instance each task takes; its processor is that of the group. Default: half a
            processor and 1 GiB.
        security_groups: Your own for the tasks, which must let them out. Default: one is defined.
        max_receive_count: Receives before a message moves to the dead-letter queue; not beside `queue`.
            Default: 3.
        visibility_timeout: How long a message stays hidden after each heartbeat; of an imported queue what
            it has. Default: 60 seconds.
        dead_letter_queue: Your own queue; beside an imported `queue` the one that it has. Default: one is
            defined and kept 14 days.
        encryption_key: Your own key for the queue that is defined here and for log lines. Default: keys of
            SQS and CloudWatch; disks have the account's key for EBS.
        removal_policy: What happens to the queues that are defined here when they leave the stack. Default:
            they are retained.
        alarm_thresholds: By alarm (`dead_letters`, `oldest_message`, `waiting_messages`, `cpu`, `memory`) the
            line above which it fires, or None to leave it out. Default: 0, as long as all receives may take,
            left out, 90 percent for a quarter of an hour, 90 percent for five minutes.

    Raises:
        RefusedError: If an option is out of bounds, the fleet has no such group or the group no GPUs, the
            acceptable latency is below the processing time, or a queue of your own is tuned here; at synth
            also if the service is scaled by CPU or takes the launch type EC2, which adds no instance, or a
            call has no way out of the network.
        ValueError: If the directory does not exist or has no Dockerfile.
    """

    service: ecs.Ec2Service
    """What keeps its tasks running."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        fleet: ContainerFleet,
        image: ImageOption,
        group: str = GENERAL,
        gpus: int | None = None,
        queue: Queue | None = None,
        scaling: BacklogScaling | None = None,
        size: TaskSize | None = None,
        security_groups: Sequence[ec2.ISecurityGroup | ec2.SecurityGroup] | None = None,
        max_receive_count: int | None = None,
        visibility_timeout: Duration | None = None,
        dead_letter_queue: Queue | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: WorkerThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        scaling = scaling or BacklogScaling()
        backlog_per_worker(self, scaling)
        refuse_unknown_alarms(self, alarm_thresholds, dict.fromkeys(THRESHOLDS))
        instances = self._group_of(fleet, group, gpus)
        self._fleet, self._groups_given = fleet, security_groups
        tuning = tuning_of(
            queue,
            max_receive_count=max_receive_count,
            visibility_timeout=visibility_timeout,
            dead_letter_queue=dead_letter_queue,
            encryption_key=encryption_key,
            removal_policy=removal_policy,
            alarm_thresholds=alarm_thresholds,
        )
        share = self._share(size or TaskSize(), instances)
        task = QueueTask(image, share, OnInstances(gpus), queue, tuning, encryption_key, alarm_thresholds)
        self._work_off(task, scaling, lambda: self._start(instances))
        check_at_synth(self, self._broken_by_launch_type)

    def _group_of(self, fleet: ContainerFleet, name: str, gpus: int | None) -> ContainerGroup:
        found = fleet.groups.get(name)
        if found is None:
            known = ", ".join(fleet.groups)
            raise refusal(self, "group", f"one of {known}", repr(name), "define it on the fleet: groups=")
        if gpus is not None:
            require_between(self, "gpus", gpus, 1, MOST_GPUS, "leave it out for none")
            if not found.options.machine.is_gpu:
                fix = "its tasks would never start"
                types = ", ".join(found.options.instance_types)
                raise refusal(self, "gpus", "left out in a group without GPUs", f"{gpus} on {types}", fix)
        return found

    def _share(self, size: TaskSize, instances: ContainerGroup) -> TaskSize:
        """Return what a task takes, on the processor that the instances have."""
        is_intel = processor_of(instances.options.machine.instances) == "x86_64"
        processor = ecs.CpuArchitecture.X86_64 if is_intel else ecs.CpuArchitecture.ARM64
        if size.cpu_architecture is not None and not is_same(size.cpu_architecture, processor):
            fix = "leave it out: the group says it"
            got = name_of_processor(size.cpu_architecture)
            raise refusal(self, "size.cpu_architecture", "that of the group", got, fix)
        return replace(size, cpu_architecture=processor)

    def _start(self, instances: ContainerGroup) -> ecs.Ec2Service:
        """Spread tasks over zones, and fill instances before another is taken."""
        place = replace(self._fleet.place, security_groups=self._groups_given)
        provider = instances.capacity_provider.ref
        spread = ecs.PlacementStrategy.spread_across(ecs.BuiltInAttributes.AVAILABILITY_ZONE)
        self.service = self._keep_running(
            ecs.Ec2Service,
            place,
            capacity_provider_strategies=[ecs.CapacityProviderStrategy(capacity_provider=provider, weight=1)],
            placement_strategies=[spread, ecs.PlacementStrategy.packed_by_memory()],
        )
        self.service.node.add_dependency(self._fleet.providers)
        self.cluster = self._fleet.cluster
        return self.service

    def _broken_by_launch_type(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        resource = self.service.node.find_child("Service")
        assert isinstance(resource, ecs.CfnService)  # noqa: S101 - of the CDK's class
        properties = synthesized.properties(resource)
        if properties.get("LaunchType") == "EC2" or not properties.get("CapacityProviderStrategy"):
            fix = "a task that finds no room would wait, and nobody adds an instance; leave it as it is"
            got = f"LaunchType {properties.get('LaunchType')}"
            yield refusal(
                path_of(self),
                "capacity",
                "taken from the group's capacity provider",
                got,
                fix,
                rule="capacity-provider",
                resource=resource,
            )
