"""One embedded AWS for all the tests in this folder, with small apps deployed to it."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import aws_cdk as cdk
import pytest

from bench.cloud import deploy_reference
from stacks.order_events import OrderEventsStack
from tests.local.apps.gaps import GapsStack
from tests.local.apps.probe import ProbeStack
from tests.local.apps.streams import StreamsStack
from tests.local.apps.workflows import WorkflowsStack
from wellmade.local.deploy import Deployment, deploy_assembly
from wellmade.local.server import LocalCloud, start


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A running embedded AWS; it ends with the session, and by itself should the session be killed."""
    with pytest.MonkeyPatch.context() as host:
        host.setenv("WELLMADE_TEST_SECRET", "not for functions")
        running = start(tmp_path_factory.mktemp("cloud"), lifetime=timedelta(hours=1), parent=os.getpid())
    with running:
        yield running


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `cdk synth` of the apps writes."""
    out = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    for prefix in ("", "driven-"):  # the stacks that drive counts in are its own
        ProbeStack(app, f"{prefix}granted", granted=True)
        ProbeStack(app, f"{prefix}refused", granted=False)
    GapsStack(app, "gaps")
    StreamsStack(app, "streams")
    WorkflowsStack(app, "workflows")
    app.synth()
    return out


@pytest.fixture(scope="session")
def deployment(cloud: LocalCloud, assembly: Path) -> Deployment:
    """The apps, deployed."""
    return deploy_assembly(cloud, assembly)


@pytest.fixture(scope="session")
def shop(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The outputs of stack `order-events`, deployed."""
    out = tmp_path_factory.mktemp("cdk.out")
    return deploy_reference(cloud, out, OrderEventsStack, "orders", timeout=cdk.Duration.seconds(30))


@pytest.fixture(scope="session")
def eventually() -> Callable[..., None]:
    """Wait until a condition holds; the limit is there to fail, not to measure."""

    def wait(
        condition: Callable[[], object],
        *,
        seconds: float = 120,
        otherwise: Callable[[], object] | None = None,
    ) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"not within {seconds} s: {otherwise() if otherwise else condition.__name__}")
            time.sleep(0.2)

    return wait
