"""The reference stack as it stands, deployed from its assembly."""

import json
from dataclasses import replace
from pathlib import Path

import aws_cdk as cdk

from demo.pipeline import Pipeline
from stacks.file_pipeline import FilePipelineStack
from stacks.settings import Settings
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

ROOT = Path(__file__).parents[3]


def deploy_pipeline(cloud: LocalCloud, out: Path, name: str, timeout: cdk.Duration | None = None) -> Pipeline:
    """Synthesize stack `file-pipeline` under another name and deploy it.

    The timeout of environment `local` is for small files and for people who wait for a failure.
    """
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"environment": "local"}
    app = cdk.App(context=context, outdir=str(out), analytics_reporting=False)
    settings = Settings.from_context(app.node)
    FilePipelineStack(app, name, settings=replace(settings, timeout=timeout or settings.timeout))
    app.synth()
    return Pipeline(cloud, deploy_assembly(cloud, out, [name]).outputs[name])
