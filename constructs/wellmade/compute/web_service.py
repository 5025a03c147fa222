"""ALB to Fargate."""

from collections.abc import Mapping
from typing import Any, Literal

from aws_cdk import Duration, RemovalPolicy, TimeZone
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from wellmade.compute.blue_green import alternate_target
from wellmade.compute.cluster import SCALE_IN_COOLDOWN, SCALE_OUT_COOLDOWN, define_cluster
from wellmade.compute.deployment import deploy_with_care
from wellmade.compute.fargate_program import LONGEST_STOP, FargateProgram, Program
from wellmade.compute.fargate_worker import FargateWorker
from wellmade.compute.front_door import PORT, define_front_door
from wellmade.compute.options import Entry, OfficeHours, Scaling, TaskSize
from wellmade.compute.service_alarms import define_service_alarms
from wellmade.compute.service_rules import ServiceRules
from wellmade.foundation.placement import workload_subnets, zones_of
from wellmade.foundation.refusal import refusal, require_between
from wellmade.foundation.synth_check import check_at_synth
from wellmade.foundation.tree import seconds

AFTER_THE_LAST_REQUEST = 5
"""Seconds that a program gets to close its connections after its last answer."""


class WebService(FargateProgram):
    """Serve a container over HTTPS, replace it without dropping a request, and take a bad release back.

    Defines: cluster, load balancer with its log and security group, listeners, targets, task definition
    with two roles, log group, service, scaling by CPU and by requests, alarms on failures, slow answers and
    missing tasks; with a domain also the certificate and the name.

    The program listens on port 8080 and answers `/health` without asking anything else. On SIGTERM it
    finishes what it has. A release whose tasks do not come up, or that makes an alarm fire, is rolled back.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        service = WebService(self, "Shop", vpc=vpc, program="order_api", entry=Entry(public=False))
        service.allow(["sns:Publish"], [sns.Topic(self, "Orders").topic_arn])

    Args:
        vpc: Network with at least two zones; tasks run in its private subnets.
        program: Name of a program that travels with this library, the `Path` of your own directory with a
            Dockerfile, or a `RepositoryImage`.
        environment: Variables for the program; no secrets. Default: the port and the time to stop in.
        entry: How requests come in. Default: public, which needs a certificate or a domain.
        size: How large a task is. Default: half a processor and 1 GiB.
        scaling: How many tasks. Default: 2 to 10, all on demand.
        deployment: `rolling` replaces tasks one by one; `blue-green` starts all of the new, sends requests
            over at once and keeps the old for ten minutes. Default: `rolling`.
        removal_policy: What happens to the access log when it leaves the stack. Default: it is retained.

    Raises:
        ValueError: If an option is out of bounds, a public service has no certificate, Spot has no task on
            demand below it, or the network has one zone; at synth also if somebody reached through to the
            resources and broke draining, stopping, health checks or rolling.
    """

    cluster: ecs.Cluster
    """Where the service and its workers run."""
    load_balancer: elbv2.ApplicationLoadBalancer
    """What takes the requests."""
    listener: elbv2.ApplicationListener
    """What serves: HTTPS, or HTTP inside the network."""
    targets: elbv2.ApplicationTargetGroup
    """The tasks that requests go to."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: ec2.IVpc,
        program: Program,
        environment: Mapping[str, str] | None = None,
        entry: Entry | None = None,
        size: TaskSize | None = None,
        scaling: Scaling | None = None,
        deployment: Literal["rolling", "blue-green"] = "rolling",
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, construct_id)
        entry, scaling = entry or Entry(), scaling or Scaling()
        self._refuse_wrong(vpc, entry, scaling, deployment)
        self.copies = 2 * scaling.maximum
        door = define_front_door(self, vpc, entry, removal_policy)
        self.load_balancer, self.listener, self.targets = door.load_balancer, door.listener, door.targets
        self.cluster = define_cluster(self, vpc)
        self._define_program(
            program,
            size=size or TaskSize(),
            environment={"PORT": str(PORT), **(environment or {})},
            stop_timeout=Duration.seconds(seconds(entry.longest_request) + AFTER_THE_LAST_REQUEST),
        )
        self.container.add_port_mappings(ecs.PortMapping(container_port=PORT))
        rollback_alarms, self.alarms = define_service_alarms(self, door, entry.longest_request)
        is_blue_green = deployment == "blue-green"
        self.service = self._define_service(
            self.cluster,
            scaling.on_demand,
            availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.ENABLED,
            health_check_grace_period=Duration.seconds(60),
        )
        deploy_with_care(self.service, rollback_alarms, is_blue_green=is_blue_green)
        other = alternate_target(self, vpc, entry, door) if is_blue_green else None
        self.service.load_balancer_target(
            container_name=self.container.container_name, container_port=PORT, alternate_target=other
        ).attach_to_application_target_group(self.targets)
        self._let_in()
        self._scale(scaling)
        rules = ServiceRules(self, self.service, self.container, self.targets, seconds(entry.longest_request))
        check_at_synth(self, rules.broken)

    def add_worker(self, construct_id: str, *, program: Program, **options: Any) -> FargateWorker:
        """Define a worker on the same cluster, for what takes longer than a request should.

        Args:
            construct_id: Its id, below this service's.
            program: What takes the messages; as for the service.
            options: As for `FargateWorker`.
        """
        return FargateWorker(self, construct_id, cluster=self.cluster, program=program, **options)

    def _refuse_wrong(self, vpc: ec2.IVpc, entry: Entry, scaling: Scaling, deployment: str) -> None:
        zones = zones_of(workload_subnets(vpc))
        if zones < 2:
            raise refusal(self, "vpc", "in at least 2 zones", zones, "one zone is lost as a whole")
        if deployment not in {"rolling", "blue-green"}:
            fix = "rolling suits most services"
            raise refusal(self, "deployment", "rolling or blue-green", repr(deployment), fix)
        longest = LONGEST_STOP - AFTER_THE_LAST_REQUEST
        fix = "hand longer work to a worker: add_worker"
        require_between(self, "entry.longest_request", seconds(entry.longest_request), 1, longest, fix)
        require_between(self, "scaling.minimum", scaling.minimum, 1, scaling.maximum, "2 survive a zone")
        if scaling.on_demand is not None and scaling.on_demand < 1:
            fix = "Spot tasks may all be taken at once; keep one that cannot be"
            raise refusal(self, "scaling.on_demand", "at least 1 where Spot is used", scaling.on_demand, fix)

    def _let_in(self) -> None:
        self.service.connections.allow_from(
            self.load_balancer, ec2.Port.tcp(PORT), "the load balancer and nobody else"
        )

    def _scale(self, scaling: Scaling) -> None:
        tasks = self.service.auto_scale_task_count(min_capacity=scaling.minimum, max_capacity=scaling.maximum)
        tasks.scale_on_cpu_utilization(
            "Cpu",
            target_utilization_percent=60,
            scale_out_cooldown=SCALE_OUT_COOLDOWN,
            scale_in_cooldown=SCALE_IN_COOLDOWN,
        )
        tasks.scale_on_request_count(
            "Requests",
            requests_per_target=scaling.requests_per_task,
            target_group=self.targets,
            scale_out_cooldown=SCALE_OUT_COOLDOWN,
            scale_in_cooldown=SCALE_IN_COOLDOWN,
        )
        if scaling.hours:
            _keep_hours(tasks, scaling, scaling.hours)


def _keep_hours(tasks: ecs.ScalableTaskCount, scaling: Scaling, hours: OfficeHours) -> None:
    def at(hour: int) -> autoscaling.Schedule:
        return autoscaling.Schedule.cron(hour=str(hour), minute="0", week_day="MON-FRI")

    zone = TimeZone.of(hours.time_zone)
    tasks.scale_on_schedule(
        "Morning",
        schedule=at(hours.starts),
        time_zone=zone,
        min_capacity=scaling.minimum,
        max_capacity=scaling.maximum,
    )
    tasks.scale_on_schedule(
        "Evening", schedule=at(hours.ends), time_zone=zone, min_capacity=0, max_capacity=0
    )
