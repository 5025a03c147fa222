"""A release whose program fails is a deployment that fails, with the reason; the one before goes on."""

import http.client
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import aws_cdk as cdk
import pytest

from tests.local.apps.program import ProgramStack
from wellmade.errors import WellmadeError
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


def release(cloud: LocalCloud, folder: Path, name: str, mode: str) -> dict[str, str]:
    app = cdk.App(outdir=str(folder / f"cdk.out-{mode}"), analytics_reporting=False)
    ProgramStack(app, name, folder=folder, mode=mode)
    app.synth()
    return deploy_assembly(cloud, folder / f"cdk.out-{mode}", [name]).outputs[name]


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("ends", r"tasks ended.*its last lines: .*this program starts as ends.*the settings are missing"),
        (
            "unhealthy",
            r"its health check GET / answers 500; its last lines: .*this program starts as unhealthy",
        ),
        ("silent", r"nothing listened at .*:8080 within 30 s; its last lines: this program starts as silent"),
    ],
)
def test_a_first_release_that_never_answers_fails(
    cloud: LocalCloud, tmp_path: Path, mode: str, reason: str
) -> None:
    with pytest.raises(WellmadeError, match=f"(?s)Service.*{reason}"):
        release(cloud, tmp_path, f"first-{mode}", mode)


def test_a_second_release_that_fails_leaves_the_first_one_serving(cloud: LocalCloud, tmp_path: Path) -> None:
    name = release(cloud, tmp_path, "second", "serves")["Name"]

    with pytest.raises(WellmadeError, match="the settings are missing"):
        release(cloud, tmp_path, "second", "ends")

    with closing(http.client.HTTPConnection(urlsplit(cloud.endpoint).netloc, timeout=10)) as connection:
        connection.request("GET", f"/_alb/{name}/")
        assert connection.getresponse().read() == b"serves"
    [stack] = cloud.client("cloudformation").describe_stacks(StackName="second")["Stacks"]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
