"""A template that connects what does not exist fails, as on AWS, and names it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from wellmade.errors import WellmadeError
from wellmade.local import formation
from wellmade.local.server import LocalCloud
from wellmade.local.templates.deploying import deploy_templates

pytestmark = pytest.mark.local

OWN = "arn:aws:{}:us-east-1:000000000000:{}"
LAMBDAS = {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole", "Effect": "Allow"}
TRUST = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [LAMBDAS]}}
SILENT = {
    "Runtime": "python3.13",
    "Handler": "index.handler",
    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
    "Code": {"ZipFile": "def handler(event, context): pass\n"},
}
FUNCTION = {
    "Role": {"Type": "AWS::IAM::Role", "Properties": TRUST},
    "Function": {"Type": "AWS::Lambda::Function", "Properties": SILENT},
}


def deploy(cloud: LocalCloud, folder: Path, name: str, **resources: tuple[str, dict[str, Any]]) -> None:
    """Deploy resources, given by their types and properties, beside a function."""
    made = {key: {"Type": kind, "Properties": properties} for key, (kind, properties) in resources.items()}
    file = folder / f"{name}.json"
    file.write_text(json.dumps({"Resources": {**FUNCTION, **made}}))
    deploy_templates(cloud, [file], parameters={}, report=print)


@pytest.mark.parametrize(
    ("kind", "properties", "why"),
    [
        (
            "AWS::SNS::Subscription",
            {"TopicArn": OWN.format("sns", "none"), "Protocol": "email", "Endpoint": "a@example.com"},
            "Topic does not exist: arn:aws:sns:us-east-1:000000000000:none",
        ),
        (
            "AWS::Lambda::EventSourceMapping",
            {"FunctionName": {"Ref": "Function"}, "EventSourceArn": OWN.format("sqs", "none")},
            "The specified queue does not exist: arn:aws:sqs:us-east-1:000000000000:none",
        ),
        (
            "AWS::Lambda::EventSourceMapping",
            {"FunctionName": {"Ref": "Function"}, "EventSourceArn": OWN.format("kinesis", "stream/none")},
            "The specified stream does not exist: arn:aws:kinesis:us-east-1:000000000000:stream/none",
        ),
        ("AWS::Events::Rule", {"EventBusName": "none"}, "Event bus none does not exist."),
        (
            "AWS::Lambda::Permission",
            {"FunctionName": "none", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"},
            "Function not found: none",
        ),
        (
            "AWS::S3::Bucket",
            {
                "NotificationConfiguration": {
                    "LambdaConfigurations": [
                        {"Event": "s3:ObjectCreated:*", "Function": OWN.format("lambda", "function:none")}
                    ]
                }
            },
            "Unable to validate the following destination configurations: arn:aws:lambda:",
        ),
    ],
)
def test_what_is_missing_fails(
    cloud: LocalCloud, tmp_path: Path, kind: str, properties: dict[str, Any], why: str
) -> None:
    name = tmp_path.name.replace("_", "-")

    with pytest.raises(WellmadeError, match=f"^stack {name} failed: Loose: .*{re.escape(why)}"):
        deploy(cloud, tmp_path, name, Loose=(kind, properties))


def test_what_others_have_and_where_messages_go_may_be_missing(cloud: LocalCloud, tmp_path: Path) -> None:
    queue, foreign = OWN.format("sqs", "none"), "arn:aws:sns:us-east-1:806199016981:AmazonIpSpaceChanged"
    subscription = {"TopicArn": {"Ref": "Topic"}, "Protocol": "sqs", "Endpoint": queue}

    deploy(
        cloud,
        tmp_path,
        "loose-ends",
        Topic=("AWS::SNS::Topic", {}),
        Own=("AWS::SNS::Subscription", subscription),
        Theirs=("AWS::SNS::Subscription", {**subscription, "TopicArn": foreign}),
        Rule=(
            "AWS::Events::Rule",
            {"EventPattern": {"source": ["x"]}, "Targets": [{"Id": "a", "Arn": queue}]},
        ),
    )


def test_what_never_answers_is_named(
    cloud: LocalCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formation, "_PATIENCE", 3)
    token = {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}}

    with pytest.raises(
        WellmadeError,
        match=r"^stack never failed: no answer in time from Silent \(Custom::Silent\) of never; what it wrote: ",
    ):
        deploy(cloud, tmp_path, "never", Silent=("Custom::Silent", token))
