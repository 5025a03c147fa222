"""What is deployed, as CloudFormation tells it."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from wellmade.errors import WellmadeError
from wellmade.graph.read.template import read_template
from wellmade.upgrade.stacks import Written

_NESTED = "AWS::CloudFormation::Stack"


def deployed(stacks: Mapping[str, Written]) -> dict[str, Written]:
    """Read the deployed templates of these stacks and of those nested in them; one that is not there is new.

    Args:
        stacks: What is to be deployed, by name.

    Raises:
        WellmadeError: If CloudFormation cannot be asked, or says no.
    """
    roots = [name for name, stack in stacks.items() if not stack.is_nested]
    try:
        client = boto3.client("cloudformation")
        return {each.name: each for name in roots for each in _tree(client, name, name)}
    except (BotoCoreError, ClientError) as error:
        raise WellmadeError(f"--deployed: CloudFormation cannot be asked: {error}") from error


def _tree(client: Any, physical: str, name: str) -> Iterator[Written]:
    body = _template(client, physical)
    if body is None:
        return
    yield Written(name, body, is_nested=physical != name)
    nested = [key for key, each in (body.get("Resources") or {}).items() if each.get("Type") == _NESTED]
    for logical_id in nested:
        detail = client.describe_stack_resource(StackName=physical, LogicalResourceId=logical_id)
        identity = detail["StackResourceDetail"]["PhysicalResourceId"]
        yield from _tree(client, identity, f"{name}/{logical_id}")


def _template(client: Any, physical: str) -> Mapping[str, Any] | None:
    try:
        body = client.get_template(StackName=physical)["TemplateBody"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError" and "not exist" in str(error):
            return None
        raise
    return body if isinstance(body, Mapping) else _read(body)


def _read(text: str) -> Mapping[str, Any]:
    """Read a template in YAML with its tags, as a file of it would be."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "deployed.yaml")
        file.write_text(text)
        return read_template(file).body
