"""Where tasks run, on which capacity, and how fast their number changes."""

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

SCALE_OUT_COOLDOWN = Duration.minutes(1)
SCALE_IN_COOLDOWN = Duration.minutes(5)
"""Longer than out: a task too many costs less than a slow minute."""

SPOT_TO_ON_DEMAND = (4, 1)
"""80 to 20: Spot costs a third and may be taken back with two minutes' notice."""


def define_cluster(scope: Construct, vpc: ec2.IVpc) -> ecs.Cluster:
    """Define a cluster that counts its tasks, since scaling by backlog divides by that number."""
    return ecs.Cluster(
        scope,
        "Cluster",
        vpc=vpc,
        enable_fargate_capacity_providers=True,
        container_insights_v2=ecs.ContainerInsights.ENABLED,
    )


def strategies(on_demand: int | None) -> list[ecs.CapacityProviderStrategy]:
    """Return where tasks start: on demand, or from the given number up mostly on Spot."""
    if on_demand is None:
        return [ecs.CapacityProviderStrategy(capacity_provider="FARGATE", weight=1)]
    spot, others = SPOT_TO_ON_DEMAND
    return [
        ecs.CapacityProviderStrategy(capacity_provider="FARGATE", base=on_demand, weight=others),
        ecs.CapacityProviderStrategy(capacity_provider="FARGATE_SPOT", weight=spot),
    ]
