"""Pictures of the examples, and of the reference stacks.

`python -m docs.pictures` draws the stacks of this repository into docs/pictures.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk

import app as reference
from wellmade.cli import main
from wellmade.draw.gather import picture_of
from wellmade.draw.mermaid import as_mermaid
from wellmade.graph import load

HERE = Path(__file__).parent


def picture(template: Mapping[str, Any]) -> str:
    """Return what an example defines as Mermaid, which hosts of repositories draw; empty without services."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "Example.template.json"
        file.write_text(json.dumps(template))
        drawn = picture_of(load([file]))
    return f"```mermaid\n{as_mermaid(drawn)}```" if len(drawn.boxes) > 1 else ""


def draw_stacks(folder: Path) -> None:
    """Write a picture of every reference stack."""
    with tempfile.TemporaryDirectory() as out:
        for name, assembly in assemblies(Path(out)).items():
            main(["draw", str(assembly), "--out", str(folder / f"{name}.svg")])


def assemblies(out: Path) -> dict[str, Path]:
    """Synthesize the reference stacks and return, by name, a folder with each of them alone."""
    context = json.loads((HERE.parent / "cdk.json").read_text())["context"]
    cdk_app = cdk.App(context=context, outdir=str(out / "cdk.out"))
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


if __name__ == "__main__":
    (HERE / "pictures").mkdir(exist_ok=True)
    draw_stacks(HERE / "pictures")
