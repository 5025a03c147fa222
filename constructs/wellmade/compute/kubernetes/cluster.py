"""The control plane of EKS: private, logged, with secrets encrypted, and its role."""

from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.compute.kubernetes.nodes import node_role
from wellmade.compute.kubernetes.roles import managed_role
from wellmade.kit.log_group import define_log_group
from wellmade.kit.names import early_name

LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
POOLS = ("system", "general-purpose")
_OF_CLUSTER = ("AmazonEKSClusterPolicy",)
_OF_AUTO_MODE = (
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
"""Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html"""

_WITH_KEY = ("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt")
"""Source: https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html"""


def define_cluster(
    scope: Construct,
    *,
    version: str,
    subnets: Sequence[ec2.ISubnet],
    security_groups: Sequence[Any],
    key: kms.IKey | kms.Key,
    public_cidrs: Sequence[str],
    auto_mode: bool,
    deletion_protection: bool,
) -> eks.CfnCluster:
    """Define the cluster, with the log group that EKS writes to, which EKS else keeps indefinitely."""
    name = early_name(scope, "Cluster", max_length=100)
    logs = define_log_group(
        scope, "ControlPlaneLogs", harmless="the API server logs no secrets", name=f"/aws/eks/{name}/cluster"
    )
    role = _role(scope, auto_mode=auto_mode)
    nodes = node_role(scope, "NodeRole") if auto_mode else None
    key.grant(cast(iam.IGrantable, role), *_WITH_KEY)
    kind = eks.CfnCluster
    cluster = kind(
        scope,
        "Cluster",
        name=name,
        version=version,
        role_arn=role.role_arn,
        resources_vpc_config=_network(subnets, security_groups, public_cidrs),
        access_config=kind.AccessConfigProperty(
            authentication_mode="API", bootstrap_cluster_creator_admin_permissions=False
        ),
        encryption_config=[
            kind.EncryptionConfigProperty(
                resources=["secrets"], provider=kind.ProviderProperty(key_arn=key.key_arn)
            )
        ],
        logging=kind.LoggingProperty(
            cluster_logging=kind.ClusterLoggingProperty(
                enabled_types=[kind.LoggingTypeConfigProperty(type=each) for each in LOGS]
            )
        ),
        # At its end EKS upgrades the cluster instead of charging six times as much for it.
        upgrade_policy=kind.UpgradePolicyProperty(support_type="STANDARD"),
        zonal_shift_config=kind.ZonalShiftConfigProperty(enabled=True),
        deletion_protection=deletion_protection,
        bootstrap_self_managed_addons=False if auto_mode else None,
        # EKS takes this, load balancing and disks on or off together.
        compute_config=kind.ComputeConfigProperty(
            enabled=True, node_pools=list(POOLS), node_role_arn=nodes.role_arn
        )
        if nodes
        else kind.ComputeConfigProperty(enabled=False),
        kubernetes_network_config=kind.KubernetesNetworkConfigProperty(
            elastic_load_balancing=kind.ElasticLoadBalancingProperty(enabled=auto_mode)
        ),
        storage_config=kind.StorageConfigProperty(block_storage=kind.BlockStorageProperty(enabled=auto_mode)),
    )
    cluster.node.add_dependency(logs, role)
    return cluster


def _network(
    subnets: Sequence[ec2.ISubnet], security_groups: Sequence[Any], public_cidrs: Sequence[str]
) -> eks.CfnCluster.ResourcesVpcConfigProperty:
    """Return where the API answers: in the network, and from the ranges that are named."""
    return eks.CfnCluster.ResourcesVpcConfigProperty(
        subnet_ids=[each.subnet_id for each in subnets],
        security_group_ids=[each.security_group_id for each in security_groups],
        endpoint_private_access=True,
        endpoint_public_access=bool(public_cidrs),
        public_access_cidrs=list(public_cidrs) or None,
    )


def _role(scope: Construct, *, auto_mode: bool) -> iam.Role:
    policies = (*_OF_CLUSTER, *(_OF_AUTO_MODE if auto_mode else ()))
    principal = iam.ServicePrincipal("eks.amazonaws.com")
    role = managed_role(scope, "ClusterRole", principal, policies)
    if auto_mode and role.assume_role_policy:
        statement = iam.PolicyStatement(
            actions=["sts:TagSession"], principals=[cast(iam.IPrincipal, principal)]
        )
        role.assume_role_policy.add_statements(statement)
    return role
