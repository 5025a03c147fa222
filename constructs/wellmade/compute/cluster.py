"""Where tasks run, on which capacity, and how fast their number changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.foundation.fargate_capacity import associate_fargate
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import default_child
from wellmade.kit.placement import selected_subnets, workload_subnets
from wellmade.kit.refusals import refusal
from wellmade.kit.registry import Registry

SCALE_OUT_COOLDOWN = Duration.minutes(1)
SCALE_IN_COOLDOWN = Duration.minutes(5)
"""Longer than out: a task too many costs less than a slow minute."""

SPOT_TO_ON_DEMAND = (4, 1)
"""80 to 20: Spot costs a third and may be taken back with two minutes' notice."""

PROVIDERS = ["FARGATE", "FARGATE_SPOT"]

_associated: Registry[list[str]] = Registry(list)
"""By cluster, the providers that another resource gives it."""

Cluster = ecs.ICluster | ecs.Cluster
Vpc = ec2.IVpc | ec2.Vpc


@dataclass(frozen=True)
class Place:
    """Where the tasks of a service run."""

    cluster: ecs.ICluster
    vpc: ec2.IVpc
    subnets: Sequence[ec2.ISubnet]
    security_groups: Sequence[Any] | None
    """The user's own; None to define one."""


def place_of(
    scope: Construct,
    *,
    cluster: Cluster | None,
    vpc: Vpc | None,
    vpc_subnets: ec2.SubnetSelection | None,
    security_groups: Sequence[ec2.ISecurityGroup | ec2.SecurityGroup] | None,
    encryption_key: kms.IKey | kms.Key | None,
) -> Place:
    """Return where tasks run: in a cluster of the user's, or in one that is defined.

    Raises:
        RefusedError: If neither a cluster nor a network is given, they do not belong together, or are of
            another region or account.
    """
    for option, given in (("cluster", cluster), ("vpc", vpc)):
        refuse_elsewhere(scope, option, given, imported=())
    network = _network(scope, cluster, vpc)
    subnets = selected_subnets(network, vpc_subnets) if vpc_subnets else workload_subnets(network)
    found = cluster or _define(scope, network, encryption_key)
    return Place(found, network, subnets, security_groups)


def _network(scope: Construct, cluster: Cluster | None, vpc: Vpc | None) -> ec2.IVpc:
    if cluster is None:
        if vpc is None:
            fix = "give the network, or a cluster in it"
            raise refusal(scope, "vpc", "given where no cluster is", None, fix)
        return vpc
    try:
        found = cluster.vpc
    except RuntimeError as error:  # an imported cluster that was told of no network
        fix = "import it with from_cluster_attributes and its vpc"
        raise refusal(scope, "cluster", "imported with its network", "one without", fix) from error
    if vpc is not None and vpc.vpc_id != found.vpc_id:
        raise refusal(scope, "vpc", "the network of the cluster", "another", "leave it out beside cluster=")
    return found


def _define(scope: Construct, vpc: ec2.IVpc, key: kms.IKey | kms.Key | None) -> ecs.Cluster:
    """Define a cluster with Container Insights, and with its capacity providers in the resource itself."""
    storage = ecs.ManagedStorageConfiguration(fargate_ephemeral_storage_kms_key=cast(Any, key))
    cluster = ecs.Cluster(
        scope,
        "Cluster",
        vpc=vpc,
        container_insights_v2=ecs.ContainerInsights.ENABLED,
        managed_storage_configuration=storage if key else None,
    )
    # The class would associate them by another resource, which a service had to wait for.
    cast(ecs.CfnCluster, default_child(cluster)).capacity_providers = PROVIDERS
    return cluster


def strategies(
    scope: Construct, cluster: ecs.ICluster, on_demand_base: int | None
) -> list[ecs.CapacityProviderStrategy] | None:
    """Return on which capacity tasks start; None to start them by the launch type `FARGATE`.

    That works in every cluster, while providers must be associated with it. They are needed for Spot alone.
    """
    if on_demand_base is None:
        if not _has_providers(cluster):
            return None
        return [ecs.CapacityProviderStrategy(capacity_provider="FARGATE", weight=1)]
    _associate(scope, cluster)
    spot, others = SPOT_TO_ON_DEMAND
    return [
        ecs.CapacityProviderStrategy(capacity_provider="FARGATE", base=on_demand_base, weight=others),
        ecs.CapacityProviderStrategy(capacity_provider="FARGATE_SPOT", weight=spot),
    ]


def set_providers(
    scope: Construct, cluster: ecs.ICluster, names: Sequence[str], *, is_own: bool
) -> ecs.CfnClusterCapacityProviderAssociations:
    """Give a cluster these capacity providers beside those of Fargate; the first is the default.

    By another resource, since instances name the cluster, and the cluster would wait for them.
    """
    resource = default_child(cluster)
    if is_own and isinstance(resource, ecs.CfnCluster):
        resource.capacity_providers = None
    _associated.of(cluster).extend(PROVIDERS)
    first = ecs.CfnClusterCapacityProviderAssociations.CapacityProviderStrategyProperty(
        capacity_provider=names[0], weight=1
    )
    return ecs.CfnClusterCapacityProviderAssociations(
        scope,
        "Providers",
        cluster=cluster.cluster_name,
        capacity_providers=[*PROVIDERS, *names],
        default_capacity_provider_strategy=[first],
    )


def _has_providers(cluster: ecs.ICluster) -> bool:
    if "FARGATE" in _associated.of(cluster):
        return True
    resource = default_child(cluster)
    return isinstance(resource, ecs.CfnCluster) and "FARGATE" in (resource.capacity_providers or ())


def _associate(scope: Construct, cluster: ecs.ICluster) -> None:
    if not _has_providers(cluster):
        associate_fargate(scope, cluster)
