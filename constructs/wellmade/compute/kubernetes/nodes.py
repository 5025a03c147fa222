"""Nodes that are not Auto Mode's: managed groups, and profiles of Fargate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks as eks
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from wellmade.compute.fleet.instances import architecture_of_type, refuse_wrong_types
from wellmade.compute.kubernetes.roles import managed_role
from wellmade.kit.lookups import stack_of
from wellmade.kit.refusals import refusal, require_between
from wellmade.kit.service_principals import service_of

MINIMAL = ("AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly")
"""Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-create-node-role.html"""
_OF_GROUPS = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy")
"""Source: https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html"""
_OF_FARGATE = "AmazonEKSFargatePodExecutionRolePolicy"
_IMAGES = {"x86_64": "BOTTLEROCKET_x86_64", "arm64": "BOTTLEROCKET_ARM_64"}


@dataclass(frozen=True)
class NodeGroup:
    """Nodes of EC2 that are alike, and that EKS replaces one after the other.

    Args:
        instance_types: Types to choose from, all of one processor. Default: `m7g.large` and `m6g.large`,
            which are Graviton.
        min_size: Nodes that always run, at least 1. Default: 2, one in each of two zones.
        max_size: Most nodes, more than `min_size` where nothing else adds nodes. Default: 6.
        spot: Take Spot capacity. Default: False.
    """

    instance_types: Sequence[str] = ("m7g.large", "m6g.large")
    min_size: int = 2
    max_size: int = 6
    spot: bool = False


def refuse_wrong_nodes(scope: IConstruct, groups: Mapping[str, NodeGroup], *, auto_mode: bool) -> None:
    """Raise where node groups cannot be as they are described.

    Raises:
        RefusedError: If nothing could add a node, or types have several processors.
    """
    for name, group in groups.items():
        option = f"node_groups[{name!r}]"
        require_between(scope, f"{option}.min_size", group.min_size, 1, 450, "2 survive a zone")
        if not auto_mode and group.max_size <= group.min_size:
            fix = "or pods stay pending when the nodes are full; raise it, or leave auto_mode on"
            allowed = f"above min_size, {group.min_size}, without auto_mode"
            rule = "eks-node-scaling"
            raise refusal(scope, f"{option}.max_size", allowed, group.max_size, fix, rule=rule)
        fix = "images are built for one of them"
        refuse_wrong_types(scope, f"{option}.instance_types", group.instance_types, fix)


def architecture_of(groups: Mapping[str, NodeGroup], *, auto_mode: bool) -> ec2.InstanceArchitecture:
    """Return the processor that services are built for: that of Auto Mode's own nodes, else of node groups.

    The pool for general purposes has no Graviton.
    Source: https://docs.aws.amazon.com/eks/latest/userguide/set-builtin-node-pools.html
    """
    intel, graviton = ec2.InstanceArchitecture.X86_64, ec2.InstanceArchitecture.ARM_64
    found = [architecture_of_type(group.instance_types[0]) for group in groups.values()]
    return intel if auto_mode or (found and graviton not in found) else graviton


def node_role(scope: Construct, construct_id: str, policies: Sequence[str] = MINIMAL) -> iam.Role:
    """Define the role of nodes, by default of those of Auto Mode."""
    return managed_role(scope, construct_id, iam.ServicePrincipal("ec2.amazonaws.com"), policies)


def define_group(
    scope: Construct, name: str, group: NodeGroup, cluster: eks.CfnCluster, subnets: Sequence[ec2.ISubnet]
) -> eks.CfnNodegroup:
    """Define a managed group of nodes of Bottlerocket with IMDSv2, in subnets without public addresses."""
    role = scope.node.try_find_child("GroupRole") or node_role(scope, "GroupRole", _OF_GROUPS)
    template = ec2.LaunchTemplate(
        scope,
        f"{name.capitalize()}Template",
        require_imdsv2=True,
        http_put_response_hop_limit=1,
        block_devices=[
            ec2.BlockDevice(device_name="/dev/xvdb", volume=ec2.BlockDeviceVolume.ebs(40, encrypted=True))
        ],
    )
    is_intel = architecture_of_type(group.instance_types[0]) == ec2.InstanceArchitecture.X86_64
    kind = eks.CfnNodegroup
    return kind(
        scope,
        f"{name.capitalize()}Nodes",
        cluster_name=cluster.ref,
        node_role=cast(iam.Role, role).role_arn,
        subnets=[each.subnet_id for each in subnets],
        ami_type=_IMAGES["x86_64" if is_intel else "arm64"],
        capacity_type="SPOT" if group.spot else "ON_DEMAND",
        instance_types=list(group.instance_types),
        launch_template=kind.LaunchTemplateSpecificationProperty(
            id=template.launch_template_id, version=template.latest_version_number
        ),
        scaling_config=kind.ScalingConfigProperty(min_size=group.min_size, max_size=group.max_size),
        update_config=kind.UpdateConfigProperty(max_unavailable=1),
    )


def define_profile(
    scope: Construct,
    namespaces: Sequence[str],
    cluster: eks.CfnCluster,
    subnets: Sequence[ec2.ISubnet],
    *,
    with_names: bool,
) -> eks.CfnFargateProfile:
    """Define the profile by which pods of these namespaces run on Fargate.

    Args:
        scope: The platform.
        namespaces: Whose pods.
        cluster: The control plane.
        subnets: Where they run.
        with_names: Whether what answers names runs there too, since there are no other nodes for it.
    """
    any_profile = stack_of(scope).format_arn(
        service="eks", resource="fargateprofile", resource_name=f"{cluster.ref}/*"
    )
    principal = service_of(scope, "eks-fargate-pods.amazonaws.com", any_profile)
    role = managed_role(scope, "FargateRole", principal, [_OF_FARGATE])
    selector, label = eks.CfnFargateProfile.SelectorProperty, eks.CfnFargateProfile.LabelProperty
    names = selector(namespace="kube-system", labels=[label(key="k8s-app", value="kube-dns")])
    return eks.CfnFargateProfile(
        scope,
        "FargateProfile",
        cluster_name=cluster.ref,
        pod_execution_role_arn=role.role_arn,
        selectors=[*(selector(namespace=each) for each in namespaces), *([names] if with_names else [])],
        subnets=[each.subnet_id for each in subnets],
    )
