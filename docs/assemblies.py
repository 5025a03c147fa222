"""The reference stacks, synthesized each for itself, for pictures and pages."""

import json
from pathlib import Path

import aws_cdk as cdk

import app as reference

HERE = Path(__file__).parent


def assemblies(out: Path) -> dict[str, Path]:
    """Synthesize the reference stacks and return, by name, a folder with each of them alone."""
    context = json.loads((HERE.parent / "cdk.json").read_text())["context"]
    cdk_app = cdk.App(
        context=context,
        outdir=str(out / "cdk.out"),
        builtin_cloud_formation_validation=False,  # tests and every synthesis of an app validate them
        analytics_reporting=False,
    )
    reference.build(cdk_app)
    synthesized = cdk_app.synth()
    return {stack.stack_name: _alone(out / "cdk.out", stack.id) for stack in synthesized.stacks}


def _alone(assembly: Path, name: str) -> Path:
    """Return a folder with one stack of an assembly, as `cdk synth` would have written it."""
    folder = assembly / f"{name}.alone"
    folder.mkdir()
    manifest = json.loads((assembly / "manifest.json").read_text())
    manifest["artifacts"] = {name: manifest["artifacts"][name]}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for file in assembly.glob(f"{name}.*.json"):
        (folder / file.name).write_bytes(file.read_bytes())
    return folder
