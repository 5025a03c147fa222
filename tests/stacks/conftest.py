"""Every reference stack, synthesized once, as production would have it."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

import app as reference_app

ROOT = Path(__file__).parents[2]
CERTIFICATE = "arn:aws:acm:eu-west-1:111111111111:certificate/12345678-1234-1234-1234-123456789012"
CONTEXT: dict[str, Any] = {
    **json.loads((ROOT / "cdk.json").read_text())["context"],
    "certificate": CERTIFICATE,
}


def define(
    outdir: Path, *, validation: bool, environment: str = "prod", without: Collection[str] = ()
) -> cdk.App:
    """Define every stack in a new app, but for those that it goes without."""
    app = cdk.App(
        context={**CONTEXT, "environment": environment},
        outdir=str(outdir),
        builtin_cloud_formation_validation=validation,
        analytics_reporting=False,
    )
    reference_app.build(app, [name for name in reference_app.STACKS if name not in without])
    return app


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with all templates and assets."""
    outdir = tmp_path_factory.mktemp("assembly")
    define(outdir, validation=False).synth()
    return outdir


@pytest.fixture(scope="session")
def templates(assembly: Path) -> dict[str, dict[str, Any]]:
    """The templates by the stack's name."""
    return {
        file.name.removesuffix(".template.json"): json.loads(file.read_text())
        for file in sorted(assembly.glob("*.template.json"))
    }
