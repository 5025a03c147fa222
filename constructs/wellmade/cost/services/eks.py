"""EKS: the control plane of a cluster, and nodes that always run."""

from collections.abc import Iterator

from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.services.instances import hours
from wellmade.cost.usage import Usage
from wellmade.facts.eks import left_standard_support
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Resource, as_list, text

PAGE = "https://aws.amazon.com/eks/pricing/"
CLUSTER = flat("cluster hours", PAGE, "eks_cluster_hour_standard_support")
EXTENDED = flat("cluster hours in extended support", PAGE, "eks_cluster_hour_extended_support_surcharge")

DEFAULT_TYPE = "t3.medium"
"""Of nodes for which nobody names a type.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-eks-nodegroup.html
"""


def cluster(resource: Resource, _: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the hours of the control plane; nodes of Auto Mode come with the pods, and are told."""
    yield Charge(CLUSTER, HOURS_A_MONTH, fixed=True)
    if _is_in_extended_support(resource):
        yield Charge(EXTENDED, HOURS_A_MONTH, fixed=True)
    if resource.get("ControlPlaneScalingConfig.Tier", "standard") != "standard":
        yield NotPriced("a control plane of a size of its own")
    if resource.flag("ComputeConfig.Enabled"):
        yield NotPriced("nodes of Auto Mode and the fee on them: how many run, no template tells")


def _is_in_extended_support(resource: Resource) -> bool:
    """Tell whether an old version is kept; EKS upgrades it where the policy says `STANDARD`."""
    version = text(resource.get("Version"))
    kept = resource.get("UpgradePolicy.SupportType") != "STANDARD"
    return kept and version is not None and left_standard_support(version)


def nodes(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the nodes that a group begins with, of its first type, all month; their volumes are told."""
    default = None if resource.get("LaunchTemplate") else DEFAULT_TYPE
    kind = next(iter(as_list(resource.get("InstanceTypes"))), default)
    if not isinstance(kind, str) or resource.get("CapacityType") == "SPOT":
        yield NotPriced("nodes of a type that the template does not tell, or of Spot")
        return
    least = usage.number(resource, "ScalingConfig.MinSize", 1)
    # Nobody but a scaler of the cluster's own makes them fewer than the template asks for.
    yield hours(kind, usage.number(resource, "ScalingConfig.DesiredSize", least))
    yield NotPriced("GB of the nodes' volumes")


def profile(_: Resource, __: Usage) -> Iterator[NotPriced]:
    """Say that pods on Fargate are not counted: they are in manifests, not in templates."""
    yield NotPriced("CPU and memory of pods on Fargate: no template tells them")


PRICED = {
    "AWS::EKS::Cluster": cluster,
    "AWS::EKS::FargateProfile": profile,
    "AWS::EKS::Nodegroup": nodes,
}
