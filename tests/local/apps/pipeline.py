"""The reference stacks of file pipelines as they stand, deployed from their assembly."""

import json
from pathlib import Path

import aws_cdk as cdk

from demo.pipeline import Pipeline
from stacks.file_pipeline import FilePipelineStack
from stacks.settings import Settings
from stacks.thumbnails import ThumbnailsStack
from wellmade.local.deploy import deploy_assembly
from wellmade.local.server import LocalCloud

ROOT = Path(__file__).parents[3]


def deploy_pipeline(
    cloud: LocalCloud,
    out: Path,
    name: str,
    stack: type[FilePipelineStack] | type[ThumbnailsStack] = FilePipelineStack,
) -> Pipeline:
    """Synthesize a stack under another name and deploy it."""
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"environment": "local"}
    app = cdk.App(context=context, outdir=str(out), analytics_reporting=False)
    stack(app, name, settings=Settings.from_context(app.node))
    app.synth()
    return Pipeline(cloud, deploy_assembly(cloud, out, [name]).outputs[name])
