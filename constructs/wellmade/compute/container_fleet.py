"""A cluster of ECS on instances of EC2."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from wellmade.compute.cluster import Cluster, Place, Vpc, place_of, set_providers
from wellmade.compute.fleet.container_alarms import NAMESPACE, RESERVATION
from wellmade.compute.fleet.container_group import ContainerGroup, InstanceGroup, refuse_wrong_group
from wellmade.compute.fleet.container_rules import ProviderRules
from wellmade.compute.fleet.grants import define_security_group
from wellmade.compute.fleet.rules import FleetRules, fleet_subnets
from wellmade.compute.fleet.scaling import running
from wellmade.foundation.graphs import Graph
from wellmade.kit.placement import has_way_out
from wellmade.kit.reachability import refuse_unreachable_calls
from wellmade.kit.refusals import refusal
from wellmade.kit.synth_checks import check_at_synth

GENERAL = "general"
"""The group where nobody names another."""


class ContainerFleet(Construct):
    """Run containers of several kinds on instances of EC2 that they share, as many as the tasks take.

    Defines: cluster, security group without an open port; by group a launch template with IMDSv2 and
    encrypted disks, Auto Scaling group, role of the agent, capacity provider with managed scaling, draining
    and termination protection, alarms on tasks that wait for instances and on instances that do not start; of
    these what it is not given.

    Both numbers follow the work: a `FleetWorker` has as many tasks as its backlog takes, and ECS as many
    instances as these tasks take, from none up. An instance with tasks is never ended to save money; one that
    EC2 takes back, or a release replaces, is drained first. Each group has one kind of instances: with GPUs,
    or partly on Spot. Instances are replaced by a deployment that finds a newer launch template, not by their
    age, which ends none that is protected.

    Each task has a network interface of its own, of which small instances have two or three: turn on the
    account setting `awsvpcTrunking` before many small tasks share one.

    Before the stack is deleted its instances must be gone, since nobody ends protected ones: let no service
    have a task, and wait for a quarter of an hour, or delete the groups with `aws autoscaling
    delete-auto-scaling-group --force-delete`.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        gpu = InstanceGroup(["g6.xlarge"], max_capacity=2)
        fleet = ContainerFleet(self, "Fleet", vpc=vpc, groups={"general": InstanceGroup(), "gpu": gpu})
        FleetWorker(self, "Invoices", fleet=fleet, image="invoice_worker")

    Args:
        vpc: Network of the instances. Default: that of `cluster`.
        cluster: Your own cluster; the capacity providers defined here become those that it has. Default: one
            is defined.
        groups: By name, instances that are alike. Default: one that is called `general`.
        vpc_subnets: Where instances run; none that is public. Default: the private subnets, else the isolated
            ones.
        security_groups: Your own for the instances, which must let them out. Default: one is defined.

    Raises:
        RefusedError: If an option is out of bounds, subnets are public, or instances of one group differ in
            processor or GPUs; at synth also if the agent's role may do what programs do, SSH is open to the
            world, version 1 of the metadata service is taken, a provider does not scale or protect its
            instances, or the agent's calls have no way out of the network.
    """

    cluster: ecs.ICluster
    """Where tasks run."""
    groups: Mapping[str, ContainerGroup]
    """By name; each has `group`, `launch_template`, `capacity_provider`, `role` and `alarms`."""
    place: Place
    """Where tasks run, as `FleetWorker` takes it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: Vpc | None = None,
        cluster: Cluster | None = None,
        groups: Mapping[str, InstanceGroup] | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup | ec2.SecurityGroup] | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        described = groups if groups is not None else {GENERAL: InstanceGroup()}
        self._refuse_wrong(described)
        place = place_of(
            self,
            cluster=cluster,
            vpc=vpc,
            vpc_subnets=None,
            security_groups=None,
            encryption_key=None,
        )
        subnets = fleet_subnets(self, place.vpc, vpc_subnets)
        self.cluster = place.cluster
        self._security_groups = (
            list(security_groups) if security_groups is not None else [define_security_group(self, place.vpc)]
        )
        self.groups = {
            name: ContainerGroup(
                self,
                f"{name.capitalize()}Group",
                each,
                cluster=self.cluster,
                subnets=subnets,
                security_groups=self._security_groups,
            )
            for name, each in described.items()
        }
        providers = [each.capacity_provider.ref for each in self.groups.values()]
        self.providers = set_providers(self, self.cluster, providers, is_own=cluster is None)
        self.place = Place(self._with_instances(place.vpc), place.vpc, subnets, None)
        self._look_at_rules(place.vpc, subnets)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [
            Graph("instances", [self.metric_instances(name) for name in self.groups]),
            Graph("capacity taken", [self.metric_capacity_reservation(name) for name in self.groups]),
        ]

    def metric_instances(self, group: str = GENERAL) -> cloudwatch.Metric:
        """Return the number of instances in service.

        Args:
            group: Of which group. Default: `general`.
        """
        return running(self.groups[group].group)

    def metric_capacity_reservation(self, group: str = GENERAL, **options: Any) -> cloudwatch.Metric:
        """Return which percentage of the instances that there are tasks take; above 100 some wait.

        Args:
            group: Of which group. Default: `general`.
            options: As for `cloudwatch.Metric`.
        """
        of = self.groups[group].reservation
        return cloudwatch.Metric(
            namespace=NAMESPACE, metric_name=RESERVATION, **{"dimensions_map": of, **options}
        )

    def _refuse_wrong(self, groups: Mapping[str, InstanceGroup]) -> None:
        if not groups:
            raise refusal(self, "groups", "one at least", "none", "leave it out for one called general")
        for name, each in groups.items():
            if not name.isalnum():
                fix = "it becomes part of the ids of what is defined"
                raise refusal(self, "groups", "named by letters and digits", repr(name), fix)
            refuse_wrong_group(self, name, each)

    def _with_instances(self, vpc: ec2.IVpc) -> ecs.ICluster:
        """Return the cluster as one with instances, which the CDK's class does not see in these groups."""
        return ecs.Cluster.from_cluster_attributes(
            self,
            "Instances",
            cluster_name=self.cluster.cluster_name,
            cluster_arn=self.cluster.cluster_arn,
            vpc=vpc,
            has_ec2_capacity=True,
        )

    def _look_at_rules(self, vpc: ec2.IVpc, subnets: Sequence[ec2.ISubnet]) -> None:
        check_at_synth(self, ProviderRules(self, self.groups, self.providers).broken)
        for each in self.groups.values():
            rules = FleetRules(self, each.group, each.launch_template, self._security_groups)
            check_at_synth(self, rules.broken_by_launch)
        if not has_way_out(vpc, subnets):
            roles = [each.role for each in self.groups.values()]
            check_at_synth(self, lambda synthesized: refuse_unreachable_calls(self, roles, vpc, synthesized))
