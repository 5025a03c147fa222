"""What the page tells to type once in the management account, typed with a stand-in for the AWS CLI."""

import os
import subprocess
from pathlib import Path

from docs.pages import HERE
from tests.aws_commands import parsed
from tests.pages.blocks import INDENTED, code_blocks

KINDS = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY", "S3_POLICY"]
SERVICES = ["cloudtrail", "config", "config-multiaccountsetup", "securityhub"]


def test_the_commands_are_calls_of_the_service_for_each_type_and_service(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    aws = tmp_path / "aws"
    aws.write_text(f'#!/bin/sh\necho "aws $*" >> {calls}\n[ "$2" != list-roots ] || echo r-ab12\n')
    aws.chmod(0o755)
    [script] = [
        each.text for each in code_blocks(HERE / "patterns/LandingZone.md") if each.language == INDENTED
    ]

    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    subprocess.run(["bash", "-euc", script], env=env, check=True, timeout=30)

    asked = [parsed(line) for line in calls.read_text().splitlines()]
    assert asked[0].method == "list_roots"
    assert [each.asks for each in asked if each.method == "enable_policy_type"] == [
        {"RootId": "r-ab12", "PolicyType": kind} for kind in KINDS
    ]
    assert [
        each.asks["ServicePrincipal"] for each in asked if each.method == "enable_aws_service_access"
    ] == [f"{name}.amazonaws.com" for name in SERVICES]
