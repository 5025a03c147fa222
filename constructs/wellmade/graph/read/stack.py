"""A template as a stack: its name, its parent, where its parameters come from."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from wellmade.graph.read.construct_paths import construct_paths
from wellmade.graph.read.sam import is_sam
from wellmade.graph.read.template import Template


@dataclass(eq=False)
class Stack:
    """One template with a name; a nested stack knows its parent and the resource that defines it there."""

    name: str
    template: Template
    parent: "Stack | None" = None
    parent_logical_id: str = ""
    environment: str = ""
    children: dict[str, "Stack"] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    """Nested stacks whose templates were not read, each with the reason."""
    record: Path | None = None
    """The file in which CDK recorded the constructs of this stack and of those nested in it."""

    @property
    def file(self) -> Path:
        """The template's file."""
        return self.template.file

    @cached_property
    def construct_paths(self) -> dict[str, str]:
        """The construct paths of the resources that CDK recorded beside the template, by logical id."""
        return construct_paths(self.record) if self.record else {}

    @cached_property
    def passed(self) -> dict[str, Any]:
        """The values that the parent stack passes for parameters of a nested one."""
        nested = self.parent.section("Resources").get(self.parent_logical_id) if self.parent else None
        given = (nested.get("Properties") or {}).get("Parameters") if isinstance(nested, dict) else None
        return given if isinstance(given, dict) else {}

    def section(self, name: str) -> dict[str, Any]:
        """Return a section such as `Outputs`; an absent or malformed one is empty."""
        section = self.template.body.get(name)
        return section if isinstance(section, dict) else {}

    @property
    def is_sam(self) -> bool:
        """Whether the template asks for the SAM transform, which allows `!Ref Function.Alias`."""
        return is_sam(self.template.body)
