"""An embedded AWS for one benchmark, which ends with it, and the stacks that are deployed to it."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import aws_cdk as cdk
from constructs import Construct

from stacks.settings import Settings
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud, start

ROOT = Path(__file__).parents[1]


@contextmanager
def cloud_for(benchmark: str, faults: float = 0.0) -> Iterator[LocalCloud]:
    """Start one in a folder of its own; it also ends by itself, should the benchmark be killed.

    Of the functions' calls, the share `faults` is throttled, or done and never answered.
    """
    os.chdir(ROOT)
    home = ROOT / ".wellmade"
    home.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=f"{benchmark}-", dir=home) as folder,
        start(Path(folder), lifetime=timedelta(minutes=25), parent=os.getpid(), faults=faults) as cloud,
    ):
        yield cloud


class Reference(Protocol):
    """The class of a reference stack."""

    def __call__(self, scope: Construct, construct_id: str, *, settings: Settings) -> cdk.Stack:
        """Define the stack."""


def deploy_reference(
    cloud: LocalCloud, out: Path, stack: Reference, name: str, timeout: cdk.Duration | None = None
) -> Mapping[str, str]:
    """Synthesize a reference stack under a name of one's own, deploy it and return its outputs.

    The timeout of environment `local` is for people who wait for a failure; a busy machine needs more.
    """
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"environment": "local"}
    app = cdk.App(
        context=context, outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False
    )
    settings = Settings.from_context(app.node)
    stack(app, name, settings=replace(settings, timeout=timeout or settings.timeout))
    app.synth()
    return deploy_assembly(cloud, out, [name]).outputs[name]
