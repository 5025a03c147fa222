"""SQS to Fargate."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.compute.cluster import Cluster, Place, Vpc, place_of
from wellmade.compute.container import ImageOption
from wellmade.compute.fargate_program import FargateProgram
from wellmade.compute.options import BacklogScaling, TaskSize
from wellmade.compute.queue_program import backlog_per_worker, tuning_of
from wellmade.compute.queue_tasks import QueueTask, QueueTasks
from wellmade.compute.task_hosts import Fargate
from wellmade.compute.worker_alarms import THRESHOLDS, WorkerThresholds
from wellmade.foundation.alarms import refuse_unknown_alarms
from wellmade.foundation.queue_option import Queue


class FargateWorker(QueueTasks, FargateProgram):
    """Work off a queue with as many tasks as its backlog takes, from none up, and lose no message.

    Defines: queue, dead-letter queue, cluster, task definition with two roles, log group, service, scaling
    by backlog per task, alarms on messages in the dead-letter queue, on the age of the oldest one and on the
    tasks' CPU and memory; of these what it is not given.

    A task's backlog is kept at half of what it works off in the acceptable latency. The program extends a
    message's visibility while it works on it, protects its task from scale-in, and on SIGTERM finishes what
    it began. Scaling by CPU is not offered: a worker that waits for others is idle and late at once.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        cluster = ecs.Cluster(self, "Cluster", vpc=vpc)
        worker = FargateWorker(self, "Invoices", cluster=cluster, image="invoice_worker")
        table = OnDemandTable(self, "Table", partition_key="pk")
        table.connect(worker, actions=["dynamodb:PutItem", "dynamodb:UpdateItem"])

    Args:
        image: The `Path` of your own directory with a Dockerfile, a `RepositoryImage`, any
            `ecs.ContainerImage`, the name of a program that travels with this library, or a `Container` with
            variables, secrets and sidecars of its own.
        cluster: Your own cluster, which needs neither capacity providers (but for Spot) nor Container
            Insights. Default: one is defined in `vpc`.
        vpc: Network of the tasks. Default: that of `cluster`.
        queue: Your own queue, with its dead-letter queue. Default: one is defined.
        scaling: How long a message may wait, and how many tasks there may be. Default: 5 minutes of messages
            that take 10 seconds, by 10 tasks.
        size: How large a task is, up to 16 processors and 120 GiB. Default: half a processor and 1 GiB.
        vpc_subnets: Where tasks run. Default: the private subnets, else the isolated ones.
        security_groups: Your own for the tasks, which must let them out. Default: one is defined.
        max_receive_count: Receives before a message moves to the dead-letter queue; not beside `queue`.
            Default: 3.
        visibility_timeout: How long a message stays hidden after each heartbeat; of an imported queue what
            it has. Default: 60 seconds.
        dead_letter_queue: Your own queue; beside an imported `queue` the one that it has. Default: one is
            defined and kept 14 days.
        encryption_key: Your own key for the queue that is defined here, for log lines and, in a cluster that
            is defined here, for the tasks' space. Default: keys of SQS, CloudWatch and Fargate.
        removal_policy: What happens to the queues that are defined here when they leave the stack. Default:
            they are retained.
        alarm_thresholds: By alarm (`dead_letters`, `oldest_message`, `waiting_messages`, `cpu`, `memory`) the
            line above which it fires, or None to leave it out. Default: 0, as long as all receives may take,
            left out, 90 percent for a quarter of an hour, 90 percent for five minutes.

    Raises:
        RefusedError: If an option is out of bounds, the acceptable latency is below the processing time, or
            a queue of your own is tuned here; at synth also if the service is scaled by CPU, or a call has
            no way out of the network.
        ValueError: If the directory does not exist or has no Dockerfile.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: ImageOption,
        cluster: Cluster | None = None,
        vpc: Vpc | None = None,
        queue: Queue | None = None,
        scaling: BacklogScaling | None = None,
        size: TaskSize | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
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
        place = place_of(
            self,
            cluster=cluster,
            vpc=vpc,
            vpc_subnets=vpc_subnets,
            security_groups=security_groups,
            encryption_key=encryption_key,
        )
        tuning = tuning_of(
            queue,
            max_receive_count=max_receive_count,
            visibility_timeout=visibility_timeout,
            dead_letter_queue=dead_letter_queue,
            encryption_key=encryption_key,
            removal_policy=removal_policy,
            alarm_thresholds=alarm_thresholds,
        )
        task = QueueTask(
            image, size or TaskSize(), Fargate(), queue, tuning, encryption_key, alarm_thresholds
        )
        self._work_off(task, scaling, lambda: self._start(place, scaling.on_demand_base))

    def _start(self, place: Place, on_demand_base: int | None) -> ecs.FargateService:
        self.service: ecs.FargateService = self._define_service(place, on_demand_base)
        return self.service
