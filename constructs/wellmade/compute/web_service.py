"""ALB to Fargate."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from aws_cdk import Annotations, Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_kms as kms
from constructs import Construct, IConstruct

from wellmade.compute.blue_green import alternate_target
from wellmade.compute.cluster import Cluster, Place, Vpc, place_of
from wellmade.compute.container import Container, ImageOption, container_of
from wellmade.compute.deployment import configure_deployment
from wellmade.compute.fargate_worker import FargateWorker
from wellmade.compute.gradual_release import GradualRelease
from wellmade.compute.load_balancer import AnyLoadBalancer, define_targets
from wellmade.compute.options import Ingress, ListenerRule, Scaling, TaskSize
from wellmade.compute.routed_program import RoutedProgram
from wellmade.compute.routing import define_routing
from wellmade.compute.scaling import scale
from wellmade.compute.service_alarms import (
    ServiceAlarms,
    ServiceThresholds,
    define_service_alarms,
    rolling_back,
)
from wellmade.compute.service_options import AFTER_THE_LAST_REQUEST, refuse_wrong_service
from wellmade.compute.service_rules import ServiceRules
from wellmade.compute.task import Task
from wellmade.facts.load_balancing import keep_alive_for
from wellmade.kit.lookups import seconds
from wellmade.kit.placement import zones_of
from wellmade.kit.refusals import refusal
from wellmade.kit.synth_checks import check_at_synth
from wellmade_runtime import variables as named

PORT = 8080
"""Where programs listen: above 1023, so that they need no root."""

Deployment = Literal["rolling", "blue-green"] | GradualRelease


class WebService(RoutedProgram):
    """Serve a container over HTTPS, replace it without dropping a request, and take a bad release back.

    Defines: cluster, load balancer with its log and security group, listeners, targets, task definition
    with two roles, log group, service, scaling by CPU and by requests, alarms on failures, slow answers and
    missing tasks; with a domain also the certificate and the name; of these what it is not given.

    The program listens on port 8080 and answers `/health` without asking anything else. On SIGTERM it
    finishes what it has. It keeps idle connections open for longer than the load balancer does,
    as its variable `KEEP_ALIVE_SECONDS` says: else a request now and then fails with 502. A release whose
    tasks do not come up, or that makes an alarm fire, is rolled back.

    With blue-green new tasks answer on `ingress.test_port` before requests move, to callers inside the
    network alone; on a listener that others share, where its rule gives a `test_listener`. The name of a
    public load balancer leads out of the network, so ask its private addresses:
    `aws ec2 describe-network-interfaces --filters "Name=description,Values=ELB app/NAME/*"
    --query "NetworkInterfaces[].PrivateIpAddress"`, then, from a machine in the network,
    `curl --connect-to ::ADDRESS:8443 https://shop.example.com/`.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        service = WebService(self, "Shop", vpc=vpc, image="order_api", ingress=Ingress(public=False))
        service.allow(["sns:Publish"], [sns.Topic(self, "Orders").topic_arn])

    Args:
        image: The `Path` of your own directory with a Dockerfile, a `RepositoryImage`, any
            `ecs.ContainerImage`, the name of a program that travels with this library, or a `Container` with
            a port, variables, secrets and sidecars of its own.
        vpc: Network with at least two zones. Default: that of `cluster`.
        cluster: Your own cluster, which needs no capacity providers but for Spot. Default: one is defined.
        load_balancer: Your own application load balancer, on which the listener is defined. Default: one is
            defined.
        ingress: How requests come in: by an `Ingress`, or by a `ListenerRule` of a listener of your own that
            others share. Default: public, which needs a certificate or a domain.
        size: How large a task is, up to 16 processors and 120 GiB. Default: half a processor and 1 GiB.
        scaling: How many tasks. Default: 2 to 10, all on demand.
        deployment: `rolling` replaces tasks one by one; `blue-green` starts all of the new, sends requests
            over at once and keeps the old for ten minutes; a `GradualRelease` sends them over in parts.
            Default: `rolling`.
        vpc_subnets: Where tasks run. Default: the private subnets, else the isolated ones.
        security_groups: Your own for the tasks, which must let them out. Default: one is defined.
        encryption_key: Your own key for log lines and, in a cluster that is defined here, for the tasks'
            space. Default: keys of CloudWatch and Fargate.
        removal_policy: What happens to the access log when it leaves the stack. Default: it is retained.
        alarm_thresholds: By alarm (`errors`, `unhealthy_tasks`, `unserved_requests`, `latency`, `cpu`,
            `memory`, with blue-green also `green_unhealthy_tasks` and `green_errors`) the line above
            which it fires, below for `healthy_tasks`, or None to leave it out. Default: 5 a
            minute, 0, 0, half of the longest request in seconds, 90 and 90 percent for five minutes, 0, 5; 1
            healthy task for three minutes, left out where `scaling` has hours without tasks.

    Raises:
        RefusedError: If an option is out of bounds, a public service has no certificate, Spot has no task on
            demand below it, or the network has one zone; at synth also if what is synthesized breaks
            draining, stopping, health checks or rolling, or a call has no way out of the network.
        ValueError: If the directory does not exist or has no Dockerfile.
    """

    task_count: ecs.ScalableTaskCount
    """How many tasks there may be, for policies of your own: by steps with `scale_on_metric`."""
    alarms: ServiceAlarms
    """`errors`, `unhealthy_tasks`, `unserved_requests` (not on a shared listener), `latency`, `healthy_tasks`
    (not where tasks stop outside of hours), `cpu` and `memory`; with blue-green `green_unhealthy_tasks` and
    `green_errors`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: ImageOption,
        vpc: Vpc | None = None,
        cluster: Cluster | None = None,
        load_balancer: AnyLoadBalancer | None = None,
        ingress: Ingress | ListenerRule | None = None,
        size: TaskSize | None = None,
        scaling: Scaling | None = None,
        deployment: Deployment = "rolling",
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup | ec2.SecurityGroup] | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: ServiceThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        program, scaling = container_of(image), scaling or Scaling()
        self._ingress, self._port = ingress or Ingress(), program.port or PORT
        refuse_wrong_service(self, self._ingress, scaling, self._port, deployment)
        self._max_capacity = scaling.max_capacity
        place = place_of(
            self,
            cluster=cluster,
            vpc=vpc,
            vpc_subnets=vpc_subnets,
            security_groups=security_groups,
            encryption_key=encryption_key,
        )
        self._refuse_one_zone(place)
        self.targets: elbv2.ApplicationTargetGroup = self._define_targets("Targets", place.vpc)
        self._routing = define_routing(
            self,
            place.vpc,
            self._ingress,
            self.targets,
            load_balancer=load_balancer,
            log_removal=removal_policy,
        )
        self.load_balancer, self.listener = self._routing.load_balancer, self._routing.listener
        self._run(
            Task(
                self,
                replace(program, port=self._port),
                size=size or TaskSize(),
                environment=self._variables(program),
                stop_timeout=Duration.seconds(
                    seconds(self._ingress.longest_request) + AFTER_THE_LAST_REQUEST
                ),
                encryption_key=encryption_key,
            )
        )
        self._green = self._define_targets("GreenTargets", place.vpc) if deployment != "rolling" else None
        self.service: ecs.FargateService = self._define_service(
            place,
            scaling.on_demand_base,
            availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.ENABLED,
            health_check_grace_period=Duration.seconds(60),
        )
        self.alarms = self._define_alarms(alarm_thresholds, stops=scaling.hours is not None)
        self._attach(place, deployment)
        self.task_count = scale(self.service, scaling, self._target_groups)
        self._look_at_rules()

    def add_worker(self, construct_id: str, *, image: ImageOption, **options: Any) -> FargateWorker:
        """Define a worker on the same cluster, for what takes longer than a request should.

        Args:
            construct_id: Its id, below this service's.
            image: What takes the messages; as for the service.
            options: As for `FargateWorker`.
        """
        return FargateWorker(self, construct_id, cluster=self.cluster, image=image, **options)

    @property
    def _target_groups(self) -> Sequence[elbv2.ApplicationTargetGroup]:
        return [self.targets, *([self._green] if self._green else [])]

    def _refuse_one_zone(self, place: Place) -> None:
        zones = zones_of(self, place.subnets)
        if zones < 2:
            raise refusal(
                self,
                "vpc",
                "in at least 2 zones",
                zones,
                "one zone is lost as a whole",
                rule="cfn-lint:E3680",
            )

    def _define_targets(self, construct_id: str, vpc: ec2.IVpc) -> elbv2.ApplicationTargetGroup:
        return define_targets(
            self,
            construct_id,
            vpc,
            port=self._port,
            health_check_path=self._ingress.health_check_path,
            longest_request=self._ingress.longest_request,
        )

    def _define_alarms(self, thresholds: ServiceThresholds | None, *, stops: bool) -> ServiceAlarms:
        longest, both = self._ingress.longest_request, (self.targets, self._green)
        return define_service_alarms(
            self, self._routing, self.service, *both, longest, thresholds, stops=stops
        )

    def _variables(self, program: Container) -> dict[str, str]:
        """Return the program's variables, and tell whoever brings one that it must heed them."""
        idle = self._routing.idle_timeout
        keeps = f"{keep_alive_for(idle):.12g}"
        if not isinstance(program.image, str):
            Annotations.of(self).add_info(
                f"the program must keep idle connections open for longer than the load balancer's "
                f"{idle:.12g} s, or requests fail with 502 now and then; KEEP_ALIVE_SECONDS tells it {keeps}"
            )
        return {named.PORT: str(self._port), named.KEEP_ALIVE_SECONDS: keeps}

    def _attach(self, place: Place, deployment: Deployment) -> None:
        """Let requests come to the tasks."""
        configure_deployment(self.service, rolling_back(self.alarms), deployment)
        other = None
        if self._green:
            other, role = alternate_target(
                self, place.vpc, self._ingress, self._routing, self.targets, self._green
            )
            self.service.node.add_dependency(role)
        self.service.load_balancer_target(
            container_name=self.container.container_name, container_port=self._port, alternate_target=other
        ).attach_to_application_target_group(self.targets)
        port = ec2.Port.tcp(self._port)
        self.service.connections.allow_from(self._routing.sender, port, "the load balancer and nobody else")

    def _look_at_rules(self) -> None:
        balancer: IConstruct | None = self.load_balancer
        longest = seconds(self._ingress.longest_request)
        rules = ServiceRules(self, self.service, self.container, self._target_groups, balancer, longest)
        check_at_synth(self, rules.broken)
