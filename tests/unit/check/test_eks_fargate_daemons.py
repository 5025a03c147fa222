"""What the pair of `eks-fargate-daemons` does not show: add-ons of a cluster that has Fargate alone."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

CLUSTER = """
  Cluster:
    Type: AWS::EKS::Cluster
    Properties: {RoleArn: r, ResourcesVpcConfig: {SubnetIds: [a, b]}%s}
  Profile:
    Type: AWS::EKS::FargateProfile
    Properties: {ClusterName: !Ref Cluster, PodExecutionRoleArn: r, Selectors: [{Namespace: jobs}]}
  Addon:
    Type: AWS::EKS::Addon
    Properties: {ClusterName: !Ref Cluster, AddonName: %s}"""
GROUP = """
  Nodes:
    Type: AWS::EKS::Nodegroup
    Properties: {ClusterName: !Ref Cluster, NodeRole: r, Subnets: [a]}"""

KARPENTER = """
  KarpenterNodeRole:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {}}"""
"""It runs on Fargate itself, and starts nodes."""

CHOSEN = """
  Cluster:
    Type: AWS::EKS::Cluster
    Properties: {RoleArn: r, ResourcesVpcConfig: {SubnetIds: [a, b]}, ComputeConfig: {Enabled: true}}
  Profile:
    Type: AWS::EKS::FargateProfile
    Properties: {ClusterName: !Ref Cluster, PodExecutionRoleArn: r, Selectors: [{Namespace: %s}]}
  Identity:
    Type: AWS::EKS::PodIdentityAssociation
    Properties: {ClusterName: !Ref Cluster, Namespace: %s, ServiceAccount: s, RoleArn: r}"""


@pytest.mark.parametrize(
    "namespaces", [("jobs", "!Ref Name"), ("!Ref Name", "jobs"), ("!Ref Name", "!Ref Name")]
)
def test_a_namespace_that_only_the_deployment_knows_is_not_judged(
    tmp_path: Path, namespaces: tuple[str, str]
) -> None:
    assert not findings(tmp_path, "eks-fargate-daemons", CHOSEN % namespaces)


@pytest.mark.parametrize(
    ("cluster", "addon", "beside", "is_found"),
    [
        ("", "eks-pod-identity-agent", "", True),
        ("", "coredns", "", False),
        ("", "eks-pod-identity-agent", GROUP, False),
        (", ComputeConfig: {Enabled: true}", "eks-pod-identity-agent", "", False),
        ("", "eks-pod-identity-agent", KARPENTER, False),
        (", ComputeConfig: {Enabled: !Ref Automatic}", "eks-pod-identity-agent", "", False),
        (", ComputeConfig: {Enabled: false}", "eks-pod-identity-agent", "", True),
    ],
)
def test_daemons_need_nodes(tmp_path: Path, cluster: str, addon: str, beside: str, *, is_found: bool) -> None:
    text = CLUSTER % (cluster, addon) + beside
    assert bool(findings(tmp_path, "eks-fargate-daemons", text)) is is_found
