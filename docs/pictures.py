"""Pictures of the examples, and of the reference stacks.

`python -m docs.pictures` draws both into docs/pictures.
"""

import json
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aws_cdk as cdk

import app as reference
from docs.catalogue import classes, section
from docs.demo_picture import STACK, demo_picture
from docs.example_apps import template_of
from wellmade.cli import main
from wellmade.draw.gather import picture_of
from wellmade.draw.layout import laid_out
from wellmade.draw.levels import Level
from wellmade.draw.svg import as_svg
from wellmade.graph import load

HERE = Path(__file__).parent


def draw_examples(folder: Path) -> None:
    """Write a picture of every class's example."""
    named = [name for name, value in classes().items() if section(value, "Example")]
    with ThreadPoolExecutor(2) as pool:  # each waits for a process that lays it out
        drawn = pool.map(_drawn, map(template_of, named))
        for name, svg in zip(named, drawn, strict=True):
            (folder / f"{name}.svg").write_text(svg)


def _drawn(template: Mapping[str, Any]) -> str:
    """Return an example as SVG; where no service is in it, with every resource."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "Example.template.json"
        file.write_text(json.dumps(template))
        graph = load([file])
    pictures = (picture_of(graph, level) for level in (Level.SERVICES, Level.EVERYTHING))
    picture = next(each for each in pictures if each.boxes)
    return as_svg(picture, laid_out(picture))


def draw_stacks(folder: Path) -> None:
    """Write a picture of every reference stack, and of the end of the demo."""
    with tempfile.TemporaryDirectory() as out:
        for name, assembly in assemblies(Path(out)).items():
            main(["draw", str(assembly), "--out", str(folder / f"{name}.svg")])
            if name == STACK:
                (folder / "demo.svg").write_text(demo_picture(assembly))


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
    (HERE / "pictures" / "patterns").mkdir(parents=True, exist_ok=True)
    draw_stacks(HERE / "pictures")
    draw_examples(HERE / "pictures" / "patterns")
