"""What is deployed, as CloudFormation tells it."""

import json
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

    Each is asked for in its own region, where the assembly has one.

    Args:
        stacks: What is to be deployed, by name.

    Raises:
        WellmadeError: If CloudFormation cannot be asked or says no, or if a stack is not there and of another
            account than the credentials.
    """
    roots = [stack for stack in stacks.values() if not stack.is_nested]
    try:
        return {each.name: each for stack in roots for each in _deployed(stack)}
    except (BotoCoreError, ClientError) as error:
        raise WellmadeError(f"--deployed: CloudFormation cannot be asked: {error}") from error


def _deployed(stack: Written) -> list[Written]:
    client = client_of("cloudformation", stack)
    found = list(_tree(client, stack.deployed_name, stack.name, stack.environment))
    if not found and stack.account:
        _refuse_another_account(stack)
    return found


def client_of(service: str, stack: Written) -> Any:
    """Return what asks a service in the region of a stack."""
    # A session of its own: the shared one keeps the credentials that the process had at its first call.
    return boto3.Session().client(service, region_name=stack.region or None)


def _refuse_another_account(stack: Written) -> None:
    """Raise where a stack is not there because nobody asked its account."""
    asked = client_of("sts", stack).get_caller_identity()["Account"]
    if asked != stack.account:
        raise WellmadeError(
            f"--deployed: {stack.deployed_name} must be asked for with credentials of its account "
            f"{stack.account}, got {asked}; take a role there, or give the templates of one account alone"
        )


def _tree(
    client: Any, physical: str, name: str, environment: str, *, is_nested: bool = False
) -> Iterator[Written]:
    body = _template(client, physical)
    if body is None:
        return
    yield Written(name, body, is_nested, environment=environment)
    nested = [key for key, each in body["Resources"].items() if each["Type"] == _NESTED]
    for logical_id in nested:
        if identity := _identity(client, physical, logical_id):
            yield from _tree(client, identity, f"{name}/{logical_id}", environment, is_nested=True)


def _identity(client: Any, physical: str, logical_id: str) -> str | None:
    """Return the ARN of a nested stack; None where a condition leaves it out."""
    try:
        detail = client.describe_stack_resource(StackName=physical, LogicalResourceId=logical_id)
    except ClientError as error:
        if is_not_there(error):
            return None
        raise
    identity: str | None = detail["StackResourceDetail"].get("PhysicalResourceId")
    return identity or None


def _template(client: Any, physical: str) -> Mapping[str, Any] | None:
    try:
        body = client.get_template(StackName=physical).get("TemplateBody")
    except ClientError as error:
        if is_not_there(error):
            return None
        raise
    if not body:  # a stack whose first change set nobody has executed
        return None
    return _read(body if isinstance(body, str) else json.dumps(body))


def is_not_there(error: ClientError) -> bool:
    """Tell whether CloudFormation answers that it does not have what was asked for."""
    return error.response["Error"]["Code"] == "ValidationError" and "not exist" in str(error)


def _read(text: str) -> Mapping[str, Any]:
    """Read a template as a file of it would be, in JSON or YAML: with its loops expanded, tags and all."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "deployed.yaml")
        file.write_text(text)
        return read_template(file).body
