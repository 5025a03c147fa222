"""Two clouds of two folders, at once: every port, address, socket and folder belongs to one of them."""

import http.client
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import aws_cdk as cdk
import pytest
from aws_cdk import aws_elasticache as elasticache

from bench.two_clouds import listening
from tests.local.apps.program import ProgramStack
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud, start

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[LocalCloud]]:
    """Two that run at once."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                start(tmp_path_factory.mktemp("cloud"), lifetime=timedelta(minutes=15), parent=os.getpid())
            )
            for _ in range(2)
        ]


def deploy(cloud: LocalCloud, folder: Path, mode: str) -> dict[str, str]:
    app = cdk.App(outdir=str(folder / f"cdk.out-{mode}"), analytics_reporting=False)
    stack = ProgramStack(app, "same", folder=folder, mode=mode)
    cache = elasticache.CfnReplicationGroup(stack, "Cache", replication_group_description="sessions")
    cdk.CfnOutput(stack, "CacheAddress", value=cache.attr_primary_end_point_address)
    app.synth()
    return deploy_assembly(cloud, folder / f"cdk.out-{mode}").outputs["same"]


def get(cloud: LocalCloud, path: str) -> bytes:
    with closing(http.client.HTTPConnection(urlsplit(cloud.endpoint).netloc, timeout=10)) as connection:
        connection.request("GET", path)
        return connection.getresponse().read()


def test_the_same_app_twice_shares_nothing(clouds: list[LocalCloud], tmp_path: Path) -> None:
    first, second = clouds
    outputs = [deploy(cloud, tmp_path, mode) for cloud, mode in zip(clouds, ("one", "two"), strict=True)]

    assert listening(first).isdisjoint(listening(second))
    assert len(listening(first)) >= 3
    assert outputs[0]["CacheAddress"] != outputs[1]["CacheAddress"]
    assert get(first, f"/_alb/{outputs[0]['Name']}/") == b"one"
    assert get(second, f"/_alb/{outputs[1]['Name']}/") == b"two"
