"""What the pair of `provider-associations` does not show: lists that are alternatives."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

LISTS = """
  Cluster: {Type: AWS::ECS::Cluster}
  One:
    Type: AWS::ECS::ClusterCapacityProviderAssociations%s
    Properties: {Cluster: !Ref Cluster, CapacityProviders: [FARGATE], DefaultCapacityProviderStrategy: []}
  Two:
    Type: AWS::ECS::ClusterCapacityProviderAssociations%s
    Properties: {Cluster: !Ref Cluster, CapacityProviders: [FARGATE_SPOT], DefaultCapacityProviderStrategy: []}"""
LARGE, SMALL = "\n    Condition: Large", "\n    Condition: Small"


@pytest.mark.parametrize(
    ("one", "two", "is_found"),
    [("", "", True), (LARGE, "", True), (LARGE, LARGE, True), (LARGE, SMALL, False)],
)
def test_lists_under_two_conditions_may_be_alternatives(
    tmp_path: Path, one: str, two: str, *, is_found: bool
) -> None:
    assert bool(findings(tmp_path, "provider-associations", LISTS % (one, two))) is is_found
