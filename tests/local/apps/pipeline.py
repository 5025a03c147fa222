"""The reference stacks of file pipelines, deployed as the demo sees them."""

from pathlib import Path

import aws_cdk as cdk

from bench.cloud import Reference, deploy_reference
from demo.pipeline import Pipeline
from stacks.file_pipeline import FilePipelineStack
from wellmade.local.server import LocalCloud


def deploy_pipeline(
    cloud: LocalCloud,
    out: Path,
    name: str,
    stack: Reference = FilePipelineStack,
    *,
    timeout: cdk.Duration | None = None,
) -> Pipeline:
    """Deploy a stack under another name."""
    return Pipeline(cloud, deploy_reference(cloud, out, stack, name, timeout))
