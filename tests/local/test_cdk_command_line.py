"""The real CDK command line against the embedded AWS."""

import sys
from pathlib import Path

import pytest

from wellmade.errors import WellmadeError
from wellmade.local.deploy import deploy
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

APP = Path(__file__).parent / "apps" / "tiny.py"


def test_it_bootstraps_and_deploys_through_its_roles(cloud: LocalCloud) -> None:
    said: list[str] = []
    deployment = deploy(
        cloud,
        app=f"{sys.executable} {APP}",
        stacks=["tiny"],
        context={"greeting": "hello"},
        report=said.append,
    )

    assert deployment.outputs["tiny"] == {"Greeting": "hello"}
    assert sum("bootstrapped" in line for line in said) == 1
    assert not [line for line in said if "current credentials" in line]


def test_an_app_that_fails_is_one_line_with_its_reason(cloud: LocalCloud) -> None:
    program = "raise SystemExit('the team tag is missing')"

    with pytest.raises(WellmadeError, match=r"^cdk synth failed: .*the team tag is missing"):
        deploy(
            cloud,
            app=f'{sys.executable} -c "{program}"',
            stacks=[],
            context={},
            report=lambda _line: None,
        )
