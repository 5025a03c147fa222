"""What the pair of `capacity-provider` does not show: a provider that adds no instance."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

GROUP = """
  Instances:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties: {MinSize: "1", MaxSize: "4", LaunchTemplate: {LaunchTemplateId: lt-1, Version: "1"}}
  Provider:
    Type: AWS::ECS::CapacityProvider
    Properties:
      AutoScalingGroupProvider: {AutoScalingGroupArn: !Ref Instances, %s}"""
POLICY = """
  Steps:
    Type: AWS::AutoScaling::ScalingPolicy
    Properties: {AutoScalingGroupName: !Ref Instances, PolicyType: StepScaling}"""


@pytest.mark.parametrize(
    ("said", "beside", "is_found"),
    [
        ("ManagedDraining: ENABLED", "", True),
        ("ManagedScaling: {Status: DISABLED}", "", True),
        ("ManagedScaling: {Status: ENABLED}", "", False),
        ("ManagedScaling: {Status: !Ref Given}", "", False),
        ("ManagedScaling: {Status: DISABLED}", POLICY, False),
    ],
)
def test_something_adds_instances(tmp_path: Path, said: str, beside: str, *, is_found: bool) -> None:
    assert bool(findings(tmp_path, "capacity-provider", GROUP % said + beside)) is is_found
