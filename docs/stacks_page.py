"""The page of the reference stacks, and one for each, with its picture, cost, outputs and runbook."""

import inspect
import json
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from app import STACKS
from docs.assemblies import assemblies
from docs.cost_picture import cost_picture
from docs.cost_sections import Costs, cost_section, costs_of
from docs.template_sections import alarms, counts, outputs

_HEADING = """# Stacks

The reference stacks, written from their docstrings by `make docs`. The pictures are drawn by
[`wellmade draw`](draw.md) from the templates of the environment `dev`; `python app.py NAME` synthesizes one,
and `wellmade local up NAME -c environment=local` runs it on this machine.
"""

_WITHOUT_ALARMS = (
    "It has no alarm of its own. Whoever deploys it sees what fails; the page of each pattern that it is "
    "made of says what to do first."
)


def stacks_page() -> str:
    """Return the page of all stacks as Markdown."""
    parts = [
        f"## {name}\n\n{inspect.getdoc(stack)} [Cost, outputs and runbook](stacks/{name}.md)\n\n"
        f"![{name}](pictures/{name}.svg)\n"
        for name, stack in STACKS.items()
    ]
    return "\n".join([_HEADING, *parts])


def stack_pages() -> dict[str, str]:
    """Return the page of each stack as Markdown, by its name."""
    return {name: _page(name, template) for name, template in _templates().items()}


def stack_curves() -> dict[str, str]:
    """Return the curve of each stack whose cost follows a load, by its name."""
    drawn = {name: cost_picture(_costs(name)) for name in _templates()}
    return {name: svg for name, svg in drawn.items() if svg}


def _page(name: str, template: Mapping[str, Any]) -> str:
    parts = {
        "Try it": f"`python app.py {name}` synthesizes it; `wellmade local up {name} -c environment=local` "
        "runs it [on this machine](../local.md), without an account.",
        "Picture": f"![{name}, drawn from its template](../pictures/{name}.svg)",
        "What it is made of": counts(template),
        "Outputs": outputs(template),
        "Cost": cost_section(_costs(name), f"../pictures/costs/stacks/{name}.svg"),
        "Runbook": alarms(template) or _WITHOUT_ALARMS,
    }
    told = [f"## {title}\n\n{text}" for title, text in parts.items() if text]
    return "\n\n".join([f"# {name}", inspect.getdoc(STACKS[name]) or "", *told]) + "\n"


@cache
def _templates() -> Mapping[str, Mapping[str, Any]]:
    with tempfile.TemporaryDirectory() as out:
        return {
            name: json.loads((folder / f"{name}.template.json").read_text())
            for name, folder in assemblies(Path(out)).items()
        }


@cache
def _costs(name: str) -> Costs:
    return costs_of(_templates()[name])
