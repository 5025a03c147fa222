"""What an API answers when its function fails, or answers what no proxy integration knows."""

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote

import pytest

from wellmade.local.server import LocalCloud
from wellmade.local.templates.deploying import deploy_templates

pytestmark = pytest.mark.local

CODE = """
import json
def handler(event, context):
    return json.loads(event["queryStringParameters"]["answer"])["it"]
"""
GOOD = {"statusCode": 201, "body": "made"}


@pytest.fixture(scope="module")
def outputs(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    events = {
        "Rest": {"Type": "Api", "Properties": {"Path": "/", "Method": "get"}},
        "Http": {"Type": "HttpApi", "Properties": {"Path": "/", "Method": "get"}},
    }
    function = {"InlineCode": CODE, "Handler": "index.handler", "Runtime": "python3.13", "Events": events}
    function["FunctionUrlConfig"] = {"AuthType": "NONE"}
    address = "https://${%s}.execute-api.${AWS::Region}.amazonaws.com/"
    sam = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "Echo": {"Type": "AWS::Serverless::Function", "Properties": {**function, "Timeout": 20}}
        },
        "Outputs": {
            "Rest": {"Value": {"Fn::Sub": address % "ServerlessRestApi" + "Prod/"}},
            "Http": {"Value": {"Fn::Sub": address % "ServerlessHttpApi"}},
            "Url": {"Value": {"Fn::GetAtt": ["EchoUrl", "FunctionUrl"]}},
        },
    }
    file = tmp_path_factory.mktemp("proxy") / "proxied.json"
    file.write_text(json.dumps(sam))
    return deploy_templates(cloud, [file], parameters={}, report=print).outputs["proxied"]


def answered(url: str, answer: Any) -> tuple[int, str]:
    """Have the function give an answer; one that is no JSON makes it fail."""
    text = answer if isinstance(answer, str) else json.dumps({"it": answer})
    try:
        with urllib.request.urlopen(f"{url}?answer={quote(text)}", timeout=30) as response:  # noqa: S310 - of this cloud
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_callers_are_not_told_why_a_function_failed(outputs: dict[str, str]) -> None:
    assert answered(outputs["Rest"], "fail") == (502, '{"message": "Internal server error"}')
    assert answered(outputs["Http"], "fail") == (500, '{"message": "Internal Server Error"}')
    assert answered(outputs["Url"], "fail") == (502, "Internal Server Error")


@pytest.mark.parametrize("answer", [None, ["a"], {"orders": 1}, {"statusCode": 200, "body": {"orders": 1}}])
def test_a_rest_api_takes_no_other_answer(outputs: dict[str, str], answer: Any) -> None:
    assert answered(outputs["Rest"], answer) == (502, '{"message": "Internal server error"}')


def test_good_answers_are_passed_on(outputs: dict[str, str]) -> None:
    assert answered(outputs["Rest"], GOOD) == answered(outputs["Http"], GOOD) == (201, "made")
    assert answered(outputs["Rest"], {"body": "made"}) == (200, "made")
    assert answered(outputs["Http"], {"orders": 1}) == (200, '{"orders": 1}')
