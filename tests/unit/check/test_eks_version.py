"""What the pair of `eks-version` does not show: versions from before those of the table."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

CLUSTER = """
  Cluster:
    Type: AWS::EKS::Cluster
    Properties: {RoleArn: r, Version: %s, ResourcesVpcConfig: {SubnetIds: [a, b]}}"""


@pytest.mark.parametrize(
    ("version", "found"),
    [
        ('"1.34"', ["standard support of 1.34 ends on 2026-12-02"]),
        ('"1.29"', ["standard support of 1.29 ended before 2026-07-29"]),
        ('"1.9"', ["standard support of 1.9 ended before 2026-07-29"]),
        ('"1.99"', []),
        ("newest", []),
    ],
)
def test_finds_what_left_standard_support_before(tmp_path: Path, version: str, found: list[str]) -> None:
    said = findings(tmp_path, "eks-version", CLUSTER % version)
    assert [each.removeprefix("Cluster ").partition(";")[0] for each in said] == found
