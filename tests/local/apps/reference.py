"""Reference stacks as they stand, each deployed from an assembly of its own."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import aws_cdk as cdk
from constructs import Construct

from stacks.settings import Settings
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

ROOT = Path(__file__).parents[3]


class Reference(Protocol):
    """The class of a reference stack."""

    def __call__(self, scope: Construct, construct_id: str, *, settings: Settings) -> cdk.Stack:
        """Define the stack."""


def deploy_reference(
    cloud: LocalCloud, out: Path, stack: Reference, name: str, timeout: cdk.Duration | None = None
) -> Mapping[str, str]:
    """Synthesize a reference stack under a name of the test's, deploy it and return its outputs.

    The timeout of environment `local` is for people who wait for a failure; a busy machine needs more.
    """
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"environment": "local"}
    app = cdk.App(context=context, outdir=str(out), analytics_reporting=False)
    settings = Settings.from_context(app.node)
    stack(app, name, settings=replace(settings, timeout=timeout or settings.timeout))
    app.synth()
    return deploy_assembly(cloud, out, [name]).outputs[name]
