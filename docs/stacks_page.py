"""The page of the reference stacks: what each shows, with its picture."""

import inspect

from app import STACKS

_HEADING = """# Stacks

The reference stacks, written from their docstrings by `make docs`. The pictures are drawn by
[`wellmade draw`](draw.md) from the templates of the environment `dev`; `python app.py NAME` synthesizes one.
"""


def stacks_page() -> str:
    """Return the page of all stacks as Markdown."""
    parts = [
        f"## {name}\n\n{inspect.getdoc(stack)}\n\n![{name}](pictures/{name}.svg)\n"
        for name, stack in STACKS.items()
    ]
    return "\n".join([_HEADING, *parts])
