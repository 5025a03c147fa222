"""Pictures of the examples, and of the reference stacks.

`python -m docs.pictures` draws both into docs/pictures.
"""

import json
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from docs.assemblies import assemblies
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
    return as_svg(laid_out(picture))


def draw_stacks(folder: Path, stacks: Mapping[str, Path]) -> None:
    """Write a picture of every reference stack, and of the end of the demo.

    Args:
        folder: Where the pictures are written.
        stacks: The assembly of each stack alone, by its name.
    """
    for name, assembly in stacks.items():
        command = ["draw", str(assembly), "--out", str(folder / f"{name}.svg")]
        if main(command):  # a stack of roles alone has no box at the level of services
            main([*command, "--level", "everything"])
        if name == STACK:
            (folder / "demo.svg").write_text(demo_picture(assembly))


if __name__ == "__main__":
    (HERE / "pictures" / "patterns").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as out:
        draw_stacks(HERE / "pictures", assemblies(Path(out)))
    draw_examples(HERE / "pictures" / "patterns")
