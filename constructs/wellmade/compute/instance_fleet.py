"""SQS to instances of EC2."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.compute.cluster import Vpc
from wellmade.compute.fleet.alarms import THRESHOLDS, FleetAlarms, FleetThresholds, define_fleet_alarms
from wellmade.compute.fleet.boot import Boot
from wellmade.compute.fleet.grants import allow_operations, define_security_group
from wellmade.compute.fleet.group import HOOK, Launch, define_group, define_template
from wellmade.compute.fleet.image import FleetImage, uri_of
from wellmade.compute.fleet.instances import Instances, refuse_wrong_instances
from wellmade.compute.fleet.program import FleetProgram
from wellmade.compute.fleet.rules import FleetRules, fleet_subnets
from wellmade.compute.fleet.scaling import scale_fleet_on_backlog
from wellmade.compute.options import BacklogScaling
from wellmade.compute.queue_program import (
    allow_messages,
    backlog_per_worker,
    tuning_of,
    variables_of,
)
from wellmade.foundation.alarms import refuse_unknown_alarms
from wellmade.foundation.graphs import Graph
from wellmade.foundation.queue_fed import QueueFed
from wellmade.foundation.queue_option import Queue, Waiting, waiting
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.log_group import define_log_group
from wellmade.kit.lookups import seconds, stack_of
from wellmade.kit.names import early_name
from wellmade.kit.placement import has_way_out
from wellmade.kit.reachability import refuse_unreachable_calls
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.synth_checks import check_at_synth
from wellmade_runtime import variables as named


class InstanceFleet(QueueFed, FleetProgram):
    """Work off a queue with as many instances of EC2 as its backlog takes, from none up, and lose no message.

    Defines: queue, dead-letter queue, launch template with IMDSv2 and an encrypted disk, Auto Scaling group
    with scaling by backlog per instance and a lifecycle hook, role, security group without an open port, log
    group, alarms on messages in the dead-letter queue, on the age of the oldest one, on the CPU and on
    instances that do not start; of these what it is not given.

    For work that a task of Fargate is too small for or too dear: special hardware, local disks, prices of
    Savings Plans. Each instance runs the program's container on Amazon Linux 2023. Before an instance is
    terminated, by scale-in, by a release or by its age, the hook holds it: a unit beside the program sends
    SIGTERM, waits until what was begun is finished, and lets the group go on. Where Spot capacity is taken
    back, EC2 gives two minutes; what is not finished by then is received by another.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        fleet = InstanceFleet(self, "Invoices", vpc=vpc, image="invoice_worker")
        table = OnDemandTable(self, "Table", partition_key="pk")
        table.connect(fleet, actions=["dynamodb:PutItem", "dynamodb:UpdateItem"])

    Args:
        image: The `Path` of your own directory with a Dockerfile, a `RepositoryImage`, or the name of a
            program that travels with this library.
        vpc: Network of the instances.
        queue: Your own queue, with its dead-letter queue. Default: one is defined.
        scaling: How long a message may wait, how many instances there may be, and how many of them are never
            on Spot. Default: 5 minutes of messages that take 10 seconds, by 10 instances, none on Spot.
        instances: Their types, and how long they live and drain. Default: those of `Instances`.
        environment: Variables of the program; no secrets. Default: none but its own.
        vpc_subnets: Where instances run; none that is public. Default: the private subnets, else the isolated
            ones.
        security_groups: Your own for the instances, which must let them out. Default: one is defined.
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
        alarm_thresholds: By alarm (`dead_letters`, `oldest_message`, `waiting_messages`, `cpu`, `pending`)
            the line above which it fires, or None to leave it out. Default: 0, as long as all receives may
            take, left out, 90 percent for a quarter of an hour, 0 for a quarter of an hour.

    Raises:
        RefusedError: If an option is out of bounds, the acceptable latency is below the processing time,
            subnets are public, or a queue of your own is tuned here; at synth also if the group is scaled by
            CPU, SSH is open to the world, version 1 of the metadata service is taken, or a call has no way
            out of the network.
        ValueError: If the directory does not exist or has no Dockerfile.
    """

    alarms: FleetAlarms
    """`dead_letters`, `oldest_message`, `cpu` and `pending`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: FleetImage,
        vpc: Vpc,
        queue: Queue | None = None,
        scaling: BacklogScaling | None = None,
        instances: Instances | None = None,
        environment: Mapping[str, str] | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup | ec2.SecurityGroup] | None = None,
        max_receive_count: int | None = None,
        visibility_timeout: Duration | None = None,
        dead_letter_queue: Queue | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: FleetThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._scaling, self._instances = scaling or BacklogScaling(), instances or Instances()
        per_instance = backlog_per_worker(self, self._scaling)
        refuse_wrong_instances(self, self._instances)
        refuse_unknown_alarms(self, alarm_thresholds, dict.fromkeys(THRESHOLDS))
        refuse_elsewhere(self, "vpc", vpc, imported=())
        subnets = fleet_subnets(self, vpc, vpc_subnets)
        tuning = tuning_of(
            queue,
            max_receive_count=max_receive_count,
            visibility_timeout=visibility_timeout,
            dead_letter_queue=dead_letter_queue,
            encryption_key=encryption_key,
            removal_policy=removal_policy,
            alarm_thresholds=alarm_thresholds,
        )
        messages = waiting(self, queue, tuning, function_timeout=None, window=None)
        self.queue, self._dead_letters = messages.queue, messages.dead_letter_queue
        self.log_group = define_log_group(
            self, "Logs", harmless="programs log no payloads", encryption_key=cast(Any, encryption_key)
        )
        principal = cast(iam.IPrincipal, iam.ServicePrincipal("ec2.amazonaws.com"))
        self.role = WorkloadRole(self, "Role", assumed_by=principal, policy_name="Program")
        groups = list(security_groups) if security_groups is not None else [define_security_group(self, vpc)]
        self._connections = ec2.Connections(security_groups=cast(Any, groups))
        self._run(image, groups, subnets, messages, environment or {})
        self.alarms = define_fleet_alarms(self, self.group, messages.alarms, alarm_thresholds)
        scale_fleet_on_backlog(self, self.group, self.queue, per_instance=per_instance)
        check_at_synth(self, FleetRules(self, self.group, self.launch_template, groups).broken)
        if not has_way_out(vpc, subnets):
            check_at_synth(
                self, lambda synthesized: refuse_unreachable_calls(self, [self.role], vpc, synthesized)
            )

    @property
    def max_concurrency(self) -> int | None:
        """Most instances at once."""
        return self._scaling.max_capacity

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [
            self._messages_graph,
            Graph("oldest message", [self.metric_oldest_message_age()]),
            Graph("instances", [self.metric_instances()]),
            Graph("utilization", [self.metric_cpu_utilization()]),
        ]

    def _run(
        self,
        image: FleetImage,
        groups: Sequence[Any],
        subnets: Sequence[ec2.ISubnet],
        messages: Waiting,
        environment: Mapping[str, str],
    ) -> None:
        name = early_name(self, "Group", max_length=255)
        script, drain = ec2.UserData.for_linux(), self._instances.drain_timeout
        uri = uri_of(self, image, self._instances.architecture, self.role)
        launch = Launch(self._instances, cast(iam.IRole, self.role), groups, script)
        self.launch_template = define_template(self, launch)
        self.group = define_group(
            self,
            self.launch_template,
            launch,
            name=name,
            subnets=subnets,
            max_capacity=self._scaling.max_capacity,
            on_demand_base=self._scaling.on_demand_base,
        )
        boot = Boot(self, script, uri, self.log_group.log_group_name, drain, name, HOOK)
        self._set_variable = boot.add_environment
        boot.write()
        told = {
            named.STOP_TIMEOUT_SECONDS: f"{seconds(drain):.0f}",
            # The first is read by boto3 and the command line, the second by every other SDK.
            **dict.fromkeys(("AWS_DEFAULT_REGION", "AWS_REGION"), stack_of(self).region),
        }
        for key, value in {**told, **variables_of(messages), **environment}.items():
            self.add_environment(key, value)
        allow_messages(cast(Any, self), self.queue)
        allow_operations(self, self.role, name, self.log_group, shell=self._instances.session_manager)
