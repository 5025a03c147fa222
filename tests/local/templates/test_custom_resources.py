"""Custom resources of templates: answered by AWS's own module, or failed with the reason of their function."""

import json
from pathlib import Path
from typing import Any

import pytest

from wellmade.errors import WellmadeError
from wellmade.local.server import LocalCloud
from wellmade.local.templates.deploying import deploy_templates

pytestmark = pytest.mark.local

PYTHON = """
import cfnresponse
def handler(event, context):
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Said": "by Python"}, "mine")
"""
NODE = """
const response = require("cfn-response");
exports.handler = (event, context) =>
  response.send(event, context, response.SUCCESS, { Said: "by Node" });
"""
BROKEN = "import nothing_of_the_kind\n"


def template(**functions: tuple[str, str]) -> dict[str, Any]:
    """A custom resource for each function with inline code."""
    lambdas = {
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Effect": "Allow",
    }
    trust = {"Version": "2012-10-17", "Statement": [lambdas]}
    made: dict[str, Any] = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    }
    for name, (runtime, code) in functions.items():
        properties = {
            "Runtime": runtime,
            "Handler": "index.handler",
            "Timeout": 30,
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"ZipFile": code},
        }
        made[f"{name}Function"] = {"Type": "AWS::Lambda::Function", "Properties": properties}
        token = {"Fn::GetAtt": [f"{name}Function", "Arn"]}
        made[name] = {"Type": "Custom::Thing", "Properties": {"ServiceToken": token}}
    return {"Resources": made}


def test_inline_code_has_the_module_that_answers(cloud: LocalCloud, tmp_path: Path) -> None:
    body = template(Python=("python3.13", PYTHON), Node=("nodejs22.x", NODE))
    body["Outputs"] = {
        **{name: {"Value": {"Fn::GetAtt": [name, "Said"]}} for name in ("Python", "Node")},
        "Identity": {"Value": {"Ref": "Python"}},
    }
    (tmp_path / "answered.json").write_text(json.dumps(body))

    made = deploy_templates(cloud, [tmp_path / "answered.json"], parameters={}, report=print)

    assert made.outputs["answered"] == {"Python": "by Python", "Node": "by Node", "Identity": "mine"}


def test_a_function_that_fails_fails_its_resource_with_the_reason(cloud: LocalCloud, tmp_path: Path) -> None:
    (tmp_path / "unanswered.json").write_text(json.dumps(template(Thing=("python3.13", BROKEN))))

    with pytest.raises(
        WellmadeError, match=r"Thing: its function failed each of 3 times.*nothing_of_the_kind"
    ):
        deploy_templates(cloud, [tmp_path / "unanswered.json"], parameters={}, report=print)


def test_a_signal_may_say_what_type_it_has(cloud: LocalCloud, tmp_path: Path) -> None:
    code = """
const http = require("http"), response = require("cfn-response");
exports.handler = async (event, context) => {
  const body = JSON.stringify({ Status: "SUCCESS", Reason: "done", UniqueId: "one", Data: "signalled" });
  await fetch(event.ResourceProperties.Handle, { method: "PUT", body });
  await response.send(event, context, response.SUCCESS, {});
};
"""
    made = template(Signals=("nodejs22.x", code))
    made["Resources"]["Handle"] = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    [asks] = [name for name, each in made["Resources"].items() if each["Type"].startswith("Custom::")]
    made["Resources"][asks]["Properties"]["Handle"] = {"Ref": "Handle"}
    made["Resources"]["Wait"] = {
        "Type": "AWS::CloudFormation::WaitCondition",
        "DependsOn": asks,
        "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "10", "Count": 1},
    }
    made["Outputs"] = {"Data": {"Value": {"Fn::GetAtt": ["Wait", "Data"]}}}
    file = tmp_path / "signals.json"
    file.write_text(json.dumps(made))

    outputs = deploy_templates(cloud, [file], parameters={}, report=print).outputs["signals"]

    assert json.loads(outputs["Data"]) == {"one": "signalled"}
