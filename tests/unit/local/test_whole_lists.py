"""Whoever asks the embedded AWS for a list gets the whole of it, not its first page."""

import ast
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from botocore import xform_name
from botocore.session import get_session
from botocore.stub import Stubber

from wellmade import local
from wellmade.local.described import stacks_of, template_of
from wellmade.local.server import LocalCloud

FOLDER = Path(local.__file__).parent
SERVICES = [
    "cloudformation",
    "cloudwatch",
    "dynamodb",
    "elbv2",
    "iam",
    "kinesis",
    "lambda",
    "logs",
    "s3",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
]
FEW = {"StackName", "Limit", "MaxKeys", "maxResults"}
"""What asks for one thing, or for no more than so many."""


def operations() -> set[str]:
    """The operations of boto3 that answer in pages."""
    session = get_session()
    loader = session.get_component("data_loader")
    models = [loader.load_service_model(each, "paginators-1") for each in SERVICES]
    return {xform_name(name) for model in models for name in model["pagination"]}


def calls(file: Path, asked: set[str]) -> Iterator[str]:
    """The calls of a file that ask for a first page."""
    for node in ast.walk(ast.parse(file.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in asked and not FEW & {word.arg for word in node.keywords}:
            yield f"{file.name}:{node.lineno} {node.func.attr}"


def test_no_list_is_asked_for_its_first_page_alone() -> None:
    asked = operations()
    assert {"describe_stacks", "list_aliases", "describe_stream"} < asked
    assert [call for file in FOLDER.rglob("*.py") for call in calls(file, asked)] == []


@pytest.fixture
def answers() -> Iterator[tuple[LocalCloud, Stubber]]:
    """A cloud whose CloudFormation answers what it is told to."""
    client = boto3.client("cloudformation", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stubber:
        yield cast(LocalCloud, SimpleNamespace(client=lambda _: client)), stubber


def stack(name: str) -> dict[str, Any]:
    return {"StackName": name, "CreationTime": "2026-01-01T00:00:00Z", "StackStatus": "CREATE_COMPLETE"}


def test_stacks_on_a_second_page_are_seen(answers: tuple[LocalCloud, Stubber]) -> None:
    cloud, stubber = answers
    stubber.add_response("describe_stacks", {"Stacks": [stack("first")], "NextToken": "more"}, {})
    stubber.add_response("describe_stacks", {"Stacks": [stack("second")]}, {"NextToken": "more"})

    assert [each["StackName"] for each in stacks_of(cloud)] == ["first", "second"]


@pytest.mark.parametrize(
    "body",
    ['{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}', "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n"],
)
def test_templates_are_read_as_json_and_as_yaml(answers: tuple[LocalCloud, Stubber], body: str) -> None:
    cloud, stubber = answers
    stubber.add_response("get_template", {"TemplateBody": body}, {"StackName": "shop"})

    assert template_of(cloud, "shop") == {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}
