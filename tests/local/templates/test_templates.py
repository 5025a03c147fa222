"""Templates without CDK."""

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import _parser
from wellmade.errors import WellmadeError
from wellmade.local.server import LocalCloud
from wellmade.local.templates.deploying import _read, deploy_templates, stack_name
from wellmade.local.up import _templates

pytestmark = pytest.mark.local

SAM = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: python3.13, Timeout: 10, CodeUri: src/}
Parameters:
  Greeting: {Type: String}
Resources:
  Orders: {Type: AWS::Serverless::SimpleTable}
  Inbox: {Type: AWS::SQS::Queue}
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.hello
      Environment: {Variables: {GREETING: !Ref Greeting}}
      Events:
        Get: {Type: Api, Properties: {Path: /hello, Method: get}}
        Quick: {Type: HttpApi, Properties: {Path: /quick, Method: get}}
  Keep:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.keep
      Environment: {Variables: {TABLE: !Ref Orders}}
      Policies: [{DynamoDBCrudPolicy: {TableName: !Ref Orders}}]
      Events:
        Message: {Type: SQS, Properties: {Queue: !GetAtt Inbox.Arn}}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: machine.asl.yaml
      DefinitionSubstitutions: {Function: !GetAtt Hello.Arn}
      Policies: [{LambdaInvokePolicy: {FunctionName: !Ref Hello}}]
  Status:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: status.yaml}}}
  Part: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: part.yaml}}
Outputs:
  Url: {Value: !Sub "https://${ServerlessRestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/Prod/hello"}
  QuickUrl: {Value: !Sub "https://${ServerlessHttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/quick"}
  StatusUrl: {Value: !Sub "https://${Status}.execute-api.${AWS::Region}.${AWS::URLSuffix}/live/status"}
  QueueUrl: {Value: !Ref Inbox}
  TableName: {Value: !Ref Orders}
  MachineArn: {Value: !Ref Machine}
"""
FILES = {
    "template.yaml": SAM,
    "part.yaml": "Resources:\n  Topic: {Type: AWS::SNS::Topic}\n",
    "machine.asl.yaml": (
        "StartAt: Call\nStates:\n  Call: {Type: Task, Resource: '${Function}', End: true}\n"
    ),
    "status.yaml": """
swagger: "2.0"
info: {title: status, version: "1"}
paths:
  /status:
    get:
      responses: {"200": {description: OK}}
      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        uri: {Fn::Sub: "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Hello.Arn}/invocations"}
""",
    "src/app.py": """
import os
import boto3

def hello(event, context):
    return {"statusCode": 200, "body": os.environ["GREETING"]}

def keep(event, context):
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    for record in event["Records"]:
        table.put_item(Item={"id": record["body"]})
""",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "2 my shop"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def fetched(url: str) -> str:
    """What an address answers."""
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - of this cloud
        return str(answer.read().decode())


def test_a_sam_template_works(cloud: LocalCloud, project: Path, eventually: Callable[..., None]) -> None:
    template = project / "template.yaml"

    deployment = deploy_templates(cloud, [template], parameters={"Greeting": "hello"}, report=print)

    outputs = deployment.outputs["my-shop"]
    assert fetched(outputs["Url"]) == fetched(outputs["QuickUrl"]) == "hello"
    assert fetched(outputs["StatusUrl"]) == "hello"
    cloud.client("sqs").send_message(QueueUrl=outputs["QueueUrl"], MessageBody="first")
    eventually(lambda: cloud.client("dynamodb").scan(TableName=outputs["TableName"])["Items"])
    states = cloud.client("stepfunctions")
    execution = states.start_execution(stateMachineArn=outputs["MachineArn"])["executionArn"]
    eventually(lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")
    assert deployment.dropped == []

    again = deploy_templates(cloud, [template], parameters={"my-shop:Greeting": "bonjour"}, report=print)
    assert fetched(again.outputs["my-shop"]["Url"]) == "bonjour"


def test_a_function_that_names_no_code_has_it_beside_the_template(cloud: LocalCloud, tmp_path: Path) -> None:
    function = {"Handler": "app.hello", "Runtime": "python3.13", "FunctionUrlConfig": {"AuthType": "NONE"}}
    resources = {"Here": {"Type": "AWS::Serverless::Function", "Properties": function}}
    outputs = {"Url": {"Value": {"Fn::GetAtt": ["HereUrl", "FunctionUrl"]}}}
    sam = {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources, "Outputs": outputs}
    (tmp_path / "beside.json").write_text(json.dumps(sam))
    (tmp_path / "app.py").write_text("def hello(event, context):\n    return 'from beside'\n")

    made = deploy_templates(cloud, [tmp_path / "beside.json"], parameters={}, report=print)

    assert "from beside" in fetched(made.outputs["beside"]["Url"])


def test_layers_are_built_and_bring_what_functions_import(cloud: LocalCloud, tmp_path: Path) -> None:
    function = {
        "Handler": "app.hello",
        "Runtime": "python3.13",
        "CodeUri": "code",
        "Layers": [{"Ref": "Shared"}],
    }
    layer = {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "layer"}}
    resources = {
        "Here": {
            "Type": "AWS::Serverless::Function",
            "Properties": {**function, "FunctionUrlConfig": {"AuthType": "NONE"}},
        },
        "Shared": {**layer, "Metadata": {"BuildMethod": "python3.13"}},
    }
    outputs = {"Url": {"Value": {"Fn::GetAtt": ["HereUrl", "FunctionUrl"]}}}
    sam = {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources, "Outputs": outputs}
    for name in ("code", "layer"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "requirements.txt").write_text("")
    (tmp_path / "layered.json").write_text(json.dumps(sam))
    (tmp_path / "layer/shared.py").write_text("GREETING = 'from a layer'\n")
    (tmp_path / "code/app.py").write_text(
        "import shared\n\ndef hello(event, context):\n    return shared.GREETING\n"
    )

    made = deploy_templates(cloud, [tmp_path / "layered.json"], parameters={}, report=print)

    assert "from a layer" in fetched(made.outputs["layered"]["Url"])


@pytest.mark.parametrize(
    "asked",
    [
        {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "common.yaml"}}},
        {"Transform": {"Name": "AWS::Include", "Parameters": {"Location": "common.yaml"}}},
    ],
)
def test_a_template_includes_a_file_as_a_whole(tmp_path: Path, asked: dict[str, Any]) -> None:
    common = {"Parameters": {"Size": {"Type": "String"}}, "Resources": {"A": 1, "B": 2}}
    (tmp_path / "common.yaml").write_text(json.dumps(common))
    file = tmp_path / "whole.json"
    file.write_text(json.dumps({**asked, "Resources": {"B": 3}}))

    assert _read(file) == {**common, "Resources": {"A": 1, "B": 3}}


@pytest.mark.parametrize(
    ("location", "said"),
    [("gone.yaml", "AWS::Include must be a file"), ("s3://b/k", "must name a file with sections beside it")],
)
def test_what_cannot_be_included_as_a_whole_is_refused(tmp_path: Path, location: str, said: str) -> None:
    file = tmp_path / "whole.json"
    call = {"Name": "AWS::Include", "Parameters": {"Location": location}}
    file.write_text(json.dumps({"Transform": ["AWS::Serverless-2016-10-31", call], "Resources": {}}))

    with pytest.raises(WellmadeError, match=said):
        _read(file)


def test_a_template_of_cloudformation_is_named_as_its_file(cloud: LocalCloud, tmp_path: Path) -> None:
    file = tmp_path / "alerts.json"
    resources = {f"Topic{number}": {"Type": "AWS::SNS::Topic"} for number in range(20)}
    padding = {"Description": "x" * 1000, "Metadata": {"Long": ["y" * 100] * 600}}
    outputs = {"Topic": {"Value": {"Ref": "Topic0"}}}
    file.write_text(json.dumps({**padding, "Resources": resources, "Outputs": outputs}))

    outputs_of = deploy_templates(cloud, [file], parameters={}, report=print).outputs

    assert outputs_of["alerts"]["Topic"].startswith("arn:aws:sns:")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Queue: !GetAtt Inbox.Arn", "", r"Keep.*(Queue|source)"),
        (
            "CodeUri: src/",
            "CodeUri: sources/",
            r": Hello: CodeUri must be a file or folder beside the template",
        ),
        (
            "  Hello:",
            "  Hello:\n    Metadata: {BuildMethod: esbuild}",
            r"Hello: its code is built \(esbuild\); run",
        ),
        ("Resources:", "Things:", r"template.yaml: is no template: it has no Resources"),
    ],
)
def test_what_cannot_work_is_refused_with_its_place(
    cloud: LocalCloud, project: Path, old: str, new: str, said: str
) -> None:
    file = project / "template.yaml"
    file.write_text(SAM.replace(old, new, 1))

    with pytest.raises(WellmadeError, match=said):
        deploy_templates(cloud, [file], parameters={"Greeting": "hello"}, report=print)


def test_a_parameter_without_value_is_asked_for(cloud: LocalCloud, project: Path) -> None:
    with pytest.raises(WellmadeError, match=r"give them: --parameters my-shop:Greeting=VALUE"):
        deploy_templates(cloud, [project / "template.yaml"], parameters={}, report=print)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("shop/template.yaml", "shop"), ("shop/orders.template.json", "orders"), ("shop/9_a.b.yml", "a-b")],
)
def test_names(name: str, expected: str) -> None:
    assert stack_name(Path(name)) == expected


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gone.yaml"], r"^gone.yaml must be the file of a template, got none"),
        (["here.yaml", "stack"], r"^templates must be given without --app"),
        (["here.yaml", "--app", "python app.py"], r"^templates must be given without --app"),
        (["stack", "--stack-name", "other"], r"^--stack-name must be given with the file of one template"),
    ],
)
def test_wrong_use(arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("here.yaml").touch()
    given = ["local", "up", *arguments]

    with pytest.raises(WellmadeError, match=said):
        _templates(_parser(given).parse_args(given))
