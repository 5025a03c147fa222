"""Kubernetes on EKS."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_cdk import Aws, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.compute.cluster import Vpc
from wellmade.compute.fleet.rules import fleet_subnets
from wellmade.compute.kubernetes.addons import define_addons
from wellmade.compute.kubernetes.alarms import (
    NAMESPACE,
    PENDING,
    PlatformAlarms,
    PlatformThresholds,
    define_platform_alarms,
)
from wellmade.compute.kubernetes.cluster import define_cluster
from wellmade.compute.kubernetes.files import write
from wellmade.compute.kubernetes.manifests import Manifest, shared
from wellmade.compute.kubernetes.nodes import (
    NodeGroup,
    architecture_of,
    define_group,
    define_profile,
    refuse_wrong_nodes,
)
from wellmade.compute.kubernetes.rules import (
    PlatformRules,
    Version,
    refuse_daemons,
    refuse_world,
    version_of,
)
from wellmade.foundation.graphs import Graph
from wellmade.kit.placement import ranges_given, zones_of
from wellmade.kit.refusals import refusal
from wellmade.kit.synth_checks import check_at_synth

_ADMINISTRATOR = "eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


class KubernetesPlatform(Construct):
    """Run Kubernetes whose nodes AWS looks after, and whose API nobody outside of the network reaches.

    Defines: cluster with Auto Mode, roles of cluster and nodes, key for its secrets, log group of the control
    plane, add-ons that measure pods and that node groups and Fargate take, alarms on pods that find no node
    and on failures of the API; of these what it is not given.

    EKS Auto Mode adds, patches and takes away nodes, which live for 21 days at most, and has load balancers,
    disks and network policies built in; it costs a fee on the nodes that it manages. Node groups of your own
    and Fargate come beside it or instead of it. Programs get their permissions by Pod Identity, never by the
    node. What runs in the cluster is written as manifests into a folder, for `kubectl apply` or a GitOps
    tool: CloudFormation talks to EKS alone, and no custom resource runs kubectl. Values that only a
    deployment knows stand in them as `${Output}`, which `envsubst` fills in from the stack's outputs.

    The version is pinned, and EKS moves the cluster on when its standard support ends, instead of charging
    six times as much for the control plane.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        platform = KubernetesPlatform(self, "Platform", vpc=vpc)
        service = KubernetesService(self, "Orders", platform=platform, image="order_api")
        service.allow(["sns:Publish"], [sns.Topic(self, "Topic").topic_arn])

    Args:
        vpc: Network of the nodes, with at least two zones.
        version: Of Kubernetes, as text or as `eks.KubernetesVersion`, whose standard support lasts for half a
            year at least from the date of this library's table, or one that is newer than the table. Default:
            the newest that this library knows.
        auto_mode: Let EKS look after nodes. Without it, further nodes and load balancers take controllers of
            your own in the cluster: the Cluster Autoscaler or Karpenter, and the AWS Load Balancer
            Controller. Default: True.
        node_groups: By name, nodes that are alike. Default: none.
        fargate_namespaces: Whose pods run on Fargate, one alone on each node: no DaemonSet and no Pod
            Identity reaches them. Default: none.
        namespaces: Of your own, closed by network policies until a service opens them. Default: `apps`.
        administrators: Roles that may do everything in the cluster. Default: nobody.
        public_access_cidrs: From where the API answers on the internet too; never from everywhere. Default:
            it does not.
        further_cidrs: Ranges of a network that is imported, beside its first one, such as `100.64.0.0/16`:
            pods of services talk to no others in it. Default: those that the network's own stack adds.
        vpc_subnets: Where nodes run; none that is public. Default: the private subnets, else the isolated
            ones.
        security_groups: Your own for the network interfaces of the control plane. Default: EKS defines one.
        encryption_key: Your own key for secrets. Default: one is defined.
        deletion_protection: Refuse to delete the cluster. Default: True.
        removal_policy: What happens to the key that is defined here. Default: it is retained.
        alarm_thresholds: By alarm (`pending_pods`, `server_errors`) the line above which it fires, or None to
            leave it out. Default: 0 for a quarter of an hour, 10 a minute.

    Raises:
        RefusedError: If the version has too little standard support, the API is open to the world, there are
            no nodes or nothing that adds any, subnets are public or in one zone, or a DaemonSet is for
            Fargate; at synth also if an override opens the API to the world, or
            takes such a version.
    """

    cluster: eks.CfnCluster
    """The control plane."""
    key: kms.IKey | kms.Key
    """Encrypts secrets."""
    alarms: PlatformAlarms
    """`pending_pods` and `server_errors`."""
    architecture: ec2.InstanceArchitecture
    """Of the nodes that pods of a `KubernetesService` run on."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vpc: Vpc,
        version: Version = None,
        auto_mode: bool = True,
        node_groups: Mapping[str, NodeGroup] | None = None,
        fargate_namespaces: Sequence[str] = (),
        namespaces: Sequence[str] = ("apps",),
        administrators: Sequence[iam.IRole | iam.Role] = (),
        public_access_cidrs: Sequence[str] = (),
        further_cidrs: Sequence[str] = (),
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup | ec2.SecurityGroup] = (),
        encryption_key: kms.IKey | kms.Key | None = None,
        deletion_protection: bool = True,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: PlatformThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.vpc, self.fargate_namespaces = vpc, tuple(fargate_namespaces)
        self.has_nodes: bool = auto_mode or bool(node_groups)
        self._refuse_no_nodes()
        refuse_wrong_nodes(self, node_groups or {}, auto_mode=auto_mode)
        refuse_world(self, public_access_cidrs)
        self.further_cidrs: tuple[str, ...] = ranges_given(self, "further_cidrs", further_cidrs)
        self.subnets = fleet_subnets(self, vpc, vpc_subnets)
        self._refuse_one_zone()
        self.key = encryption_key or kms.Key(
            self, "Key", enable_key_rotation=True, removal_policy=removal_policy
        )
        self.cluster = define_cluster(
            self,
            version=version_of(self, version),
            subnets=self.subnets,
            security_groups=security_groups,
            key=self.key,
            public_cidrs=public_access_cidrs,
            auto_mode=auto_mode,
            deletion_protection=deletion_protection,
        )
        self.architecture = architecture_of(node_groups or {}, auto_mode=auto_mode)
        groups = [
            define_group(self, name, group, self.cluster, self.subnets)
            for name, group in (node_groups or {}).items()
        ]
        profile = (
            define_profile(
                self, self.fargate_namespaces, self.cluster, self.subnets, with_names=not node_groups
            )
            if self.fargate_namespaces
            else None
        )
        define_addons(self, self.cluster, groups, profile, has_nodes=self.has_nodes)
        for number, each in enumerate(administrators):
            self._define_administrator(number, each)
        self.alarms = define_platform_alarms(self, self.cluster, alarm_thresholds)
        known = [*namespaces, *self.fargate_namespaces]
        self._manifests: dict[str, list[Manifest]] = {"platform": shared(known, auto_mode=auto_mode)}
        check_at_synth(self, PlatformRules(self, self.cluster).broken)

    @property
    def connections(self) -> ec2.Connections:
        """Nodes and pods in the network, which share the cluster's security group."""
        group = self.node.try_find_child("Nodes") or ec2.SecurityGroup.from_security_group_id(
            self, "Nodes", self.cluster.attr_cluster_security_group_id
        )
        found: Any = group
        return ec2.Connections(security_groups=[found])

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [Graph("pods that wait", [self.metric_pending_pods()])]

    def metric_pending_pods(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of pods for which there is no node; options as for `cloudwatch.Metric`."""
        of = {"ClusterName": self.cluster.ref}
        wanted = {"statistic": "Maximum", "dimensions_map": of, **options}
        return cloudwatch.Metric(namespace=NAMESPACE, metric_name=PENDING, **wanted)

    def add_manifests(self, name: str, manifests: Sequence[Manifest]) -> None:
        """Add manifests of your own, which are written into a file of this name.

        Args:
            name: Of the file, without its ending.
            manifests: Objects of Kubernetes, as `kubectl` takes them.

        Raises:
            RefusedError: If one is a DaemonSet and there are no nodes that it could run on.
        """
        refuse_daemons(self, manifests, self.fargate_namespaces, has_nodes=self.has_nodes)
        self._manifests.setdefault(name, []).extend(manifests)

    def write_manifests(self, folder: Path) -> list[Path]:
        """Write all manifests, one file for the platform and one for each service, and return the files.

        Args:
            folder: Where; `cdk.out/manifests` for instance, which travels with the templates.
        """
        return [write(folder, name, found) for name, found in self._manifests.items()]

    def _define_administrator(self, number: int, role: iam.IRole | iam.Role) -> None:
        kind = eks.CfnAccessEntry
        kind(
            self,
            f"Administrator{number or ''}",
            cluster_name=self.cluster.ref,
            principal_arn=role.role_arn,
            access_policies=[
                kind.AccessPolicyProperty(
                    policy_arn=f"arn:{Aws.PARTITION}:{_ADMINISTRATOR}",
                    access_scope=kind.AccessScopeProperty(type="cluster"),
                )
            ],
        )

    def _refuse_no_nodes(self) -> None:
        if not self.has_nodes and not self.fargate_namespaces:
            fix = "leave auto_mode on"
            raise refusal(self, "auto_mode", "on, or node_groups or fargate_namespaces given", "off", fix)

    def _refuse_one_zone(self) -> None:
        zones = zones_of(self, self.subnets)
        if zones < 2:
            raise refusal(self, "vpc", "in at least 2 zones", zones, "EKS asks for two of them")
