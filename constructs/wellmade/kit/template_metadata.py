"""What a resource tells tools about itself, in the template: the one writer of it."""

from collections.abc import Mapping, Sequence

from aws_cdk import CfnResource


def record(resource: CfnResource, tool: str, section: str, entries: Sequence[Mapping[str, object]]) -> None:
    """Add entries to a section of a resource's metadata and keep those that are there.

    `add_metadata` alone replaces a tool's key as a whole, so that of two writers the second would win.

    Args:
        resource: Whose metadata it is.
        tool: The key that the tool reads, such as `checkov` or `wellmade`.
        section: The list below that key.
        entries: What to add.
    """
    known = resource.get_metadata(tool) or {}
    resource.add_metadata(tool, {**known, section: [*known.get(section, []), *entries]})
