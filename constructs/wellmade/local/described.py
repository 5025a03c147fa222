"""What CloudFormation says of stacks: all of it, not its first page."""

from typing import Any

from botocore.exceptions import ClientError

from wellmade.graph.read.decode import decode_text
from wellmade.local.server import LocalCloud


def find_stack(cloud: LocalCloud, name: str) -> dict[str, Any] | None:
    """Return a stack as CloudFormation describes it, or None."""
    try:
        found: dict[str, Any] = cloud.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return found


def stacks_of(cloud: LocalCloud) -> list[dict[str, Any]]:
    """Return every stack as CloudFormation describes it, CDK's own among them."""
    pages = cloud.client("cloudformation").get_paginator("describe_stacks").paginate()
    return [stack for page in pages for stack in page["Stacks"]]


def events_of(cloud: LocalCloud, name: str) -> list[dict[str, Any]]:
    """Return what happened to a stack, the newest first."""
    pages = cloud.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=name)
    return [event for page in pages for event in page["StackEvents"]]


def template_of(cloud: LocalCloud, name: str) -> dict[str, Any]:
    """Return a stack's template, whether it was given as JSON or, as for CDK 1, as YAML."""
    body = cloud.client("cloudformation").get_template(StackName=name)["TemplateBody"]
    template: dict[str, Any] = decode_text(body, f"stack {name}") if isinstance(body, str) else body
    return template
