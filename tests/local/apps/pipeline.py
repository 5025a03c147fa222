"""The file pipeline, deployed as the demo sees it."""

from pathlib import Path

import aws_cdk as cdk

from demo.pipeline import Pipeline
from stacks.file_pipeline import FilePipelineStack
from tests.local.apps.reference import deploy_reference
from wellmade.local.server import LocalCloud


def deploy_pipeline(cloud: LocalCloud, out: Path, name: str, timeout: cdk.Duration | None = None) -> Pipeline:
    """Deploy stack `file-pipeline` under another name."""
    return Pipeline(cloud, deploy_reference(cloud, out, FilePipelineStack, name, timeout))
