"""A template as part of an estate: its name, its parent, where its parameters come from."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wellmade.graph.decode import Template


@dataclass(eq=False)
class Stack:
    """One template with a name; a nested stack knows its parent and the resource that defines it there."""

    name: str
    template: Template
    parent: "Stack | None" = None
    parent_logical_id: str = ""
    environment: str = ""
    children: dict[str, "Stack"] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The template's file."""
        return self.template.file

    def section(self, name: str) -> dict[str, Any]:
        """Return a section such as `Outputs`; an absent or malformed one is empty."""
        section = self.template.body.get(name)
        return section if isinstance(section, dict) else {}

    @property
    def transforms(self) -> list[str]:
        """The macros that rewrite the template at deployment, such as `AWS::Serverless-2016-10-31`."""
        declared = self.template.body.get("Transform") or []
        entries = declared if isinstance(declared, list) else [declared]
        return [entry if isinstance(entry, str) else str(entry.get("Name")) for entry in entries if entry]
