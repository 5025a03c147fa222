"""What the pair of `termination-protection` does not show."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

PROVIDER = """
  Provider:
    Type: AWS::ECS::CapacityProvider
    Properties:
      AutoScalingGroupProvider: {AutoScalingGroupArn: a, %s}"""
ON = "ManagedTerminationProtection: ENABLED"


@pytest.mark.parametrize(
    ("said", "is_found"),
    [
        (ON, True),
        (f"{ON}, ManagedScaling: {{Status: DISABLED}}", True),
        (f"{ON}, ManagedScaling: {{Status: ENABLED}}", False),
        (f"{ON}, ManagedScaling: {{Status: !If [Large, ENABLED, DISABLED]}}", False),
        ("ManagedTerminationProtection: DISABLED", False),
    ],
)
def test_it_takes_managed_scaling(tmp_path: Path, said: str, *, is_found: bool) -> None:
    assert bool(findings(tmp_path, "termination-protection", PROVIDER % said)) is is_found
