"""What the sixth repository showed: mocks of a twin library, names of the tests alone, decorators, layers."""

import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.other_pytest import run_pytest
from tests.unit.prove.cases import LOG, function, get, role, said
from tests.unit.prove.cases import prove as proved
from tests.unit.prove.support import ACCOUNT, allow, call, document, record
from wellmade.cli import main
from wellmade.graph import load
from wellmade.prove.calls import AccountContext
from wellmade.prove.calls.mapping import requests
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.roles import task_roles_in
from wellmade.prove.machines import MACHINES, calls_of, waits_of
from wellmade.prove.reading import python

TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/Orders"


def prove(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *called: dict[str, Any],
    granted: str = "dynamodb:GetItem",
) -> dict[str, Any]:  # fmt: skip
    """Prove a function that may get items of one table, in a project of its own."""
    role = {"AssumeRolePolicyDocument": document(), "Policies": [
        {"PolicyName": "own", "PolicyDocument": document(allow(granted, {"Fn::GetAtt": ["Orders", "Arn"]}))}]}  # fmt: skip
    function = {"Handler": "handler.handler", "Runtime": "python3.12", "CodeUri": "mine",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]}}  # fmt: skip
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {
        "Orders": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
        "Function": {"Type": "AWS::Serverless::Function", "Properties": function}}}  # fmt: skip
    (folder / "template.json").write_text(json.dumps(template))
    monkeypatch.chdir(folder)
    calls = ["--calls", str(record(folder, *called))] if called else []
    main(["prove", "template.json", *calls, "--format", "json"])
    [found] = json.loads(capsys.readouterr().out)["functions"]
    return dict(found)


def test_a_name_that_only_the_tests_have_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = prove(tmp_path, monkeypatch, capsys, call("dynamodb", "GetItem", TableName="made-up"))
    assert (found["verdict"], found["denied"], found["unused"]) == ("not judged", [], [])
    assert "only the tests call it so" in found["not_judged"][0]["reason"]


def test_a_name_that_the_code_has_too_is_denied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = tmp_path / "mine" / "handler.py"
    code.parent.mkdir()
    source = (
        "import boto3\ndef handler(event, context): boto3.client('dynamodb').get_item(TableName='made-up')\n"
    )
    code.write_text(source)
    found = prove(tmp_path, monkeypatch, capsys, call("dynamodb", "GetItem", TableName="made-up"))
    assert [each["resource"].rpartition("/")[2] for each in found["denied"]] == ["made-up"]


def test_what_no_statement_allows_is_denied_whatever_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = prove(tmp_path, monkeypatch, capsys, call("dynamodb", "PutItem", TableName="made-up"))
    assert [each["action"] for each in found["denied"]] == ["dynamodb:PutItem"]


def test_an_argument_whose_value_the_code_does_not_tell_is_unknown_and_not_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = tmp_path / "mine" / "handler.py"
    code.parent.mkdir()
    code.write_text("import boto3\ndef handler(event, context):\n"
                    "    boto3.client('ecs').describe_services(cluster=event['c'], services=[event['s']])\n")  # fmt: skip
    found = prove(tmp_path, monkeypatch, capsys, granted="ecs:DescribeServices")
    assert (found["denied"], found["unused"]) == ([], [])
    assert "service/<cluster in handler.py:3>" in found["not_judged"][0]["what"]


def test_a_decorator_that_wraps_does_not_call_and_names_within_functions_stay_there(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("""
import boto3, functools
s3 = boto3.client("s3")

def checked(schema):
    def outer(handler):
        @functools.wraps(handler)
        def wrapper(event, context):
            return handler(event, context)
        return wrapper
    return outer

def stored(handler):
    def wrapper(event, context):
        s3.put_object(Bucket="state", Key="k")
    return wrapper

@checked("get")
def handler(event, context):
    s3.get_object(Bucket="inbox", Key="k")

@checked("delete")
def delete_handler(event, context):
    s3.delete_object(Bucket="inbox", Key="k")
""")
    sites = python.read(tmp_path / "app.py", "handler", (tmp_path,))[0]
    assert [site.operation for site in sites] == ["GetObject"]


def test_waiting_for_a_state_machine_is_asked_of_its_executions(tmp_path: Path) -> None:
    state = {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "End": True,
             "Parameters": {"StateMachineArn": {"Ref": "Inner"}}}  # fmt: skip
    machines = {
        name: {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": definition}}
        for name, definition in {"Outer": {"StartAt": "A", "States": {"A": state}}, "Inner": {}}.items()
    }
    (tmp_path / "t.json").write_text(json.dumps({"Resources": machines}))
    graph = load([tmp_path / "t.json"])
    [outer] = [each for each in graph.of_type(*MACHINES) if each.logical_id == "Outer"]
    waited = {
        need.resource for need, *_ in waits_of(outer, Naming(graph)) if need.action.startswith("states:")
    }
    assert waited == {"arn:aws:states:us-east-1:123456789012:execution:Inner:*"}


def test_a_task_that_is_run_is_handed_its_roles_and_waited_for_in_its_cluster(tmp_path: Path) -> None:
    parameters = {"Cluster": {"Fn::GetAtt": ["Cluster", "Arn"]}, "TaskDefinition": {"Ref": "Definition"}}
    state = {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "End": True,
             "Parameters": parameters}  # fmt: skip
    roles = {
        "TaskRoleArn": {"Fn::GetAtt": ["Program", "Arn"]},
        "ExecutionRoleArn": {"Fn::GetAtt": ["Start", "Arn"]},
    }
    resources = {
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"Definition": {"StartAt": "A", "States": {"A": state}}},
        },
        "Cluster": {"Type": "AWS::ECS::Cluster"},
        "Definition": {"Type": "AWS::ECS::TaskDefinition", "Properties": roles},
        **{name: {"Type": "AWS::IAM::Role", "Properties": {}} for name in ("Program", "Start")},
    }
    (tmp_path / "t.json").write_text(json.dumps({"Resources": resources}))
    graph = load([tmp_path / "t.json"])
    naming = Naming(graph)
    [machine] = graph.of_type(*MACHINES)
    [run] = calls_of(machine, naming)[0]
    context = AccountContext(naming.account, task_roles=task_roles_in(graph, naming))
    passed = {
        each.resource: each.context["iam:PassedToService"]
        for each in requests(run, context)
        if each.action == "iam:PassRole"
    }
    assert passed == {
        f"arn:aws:iam::123456789012:role/{name}": "ecs-tasks.amazonaws.com" for name in ("Program", "Start")
    }
    waited = {each.resource for each, *_ in waits_of(machine, naming) if each.action.startswith("ecs:")}
    assert waited == {"arn:aws:ecs:us-east-1:123456789012:task/Cluster/*"}


def test_a_layer_is_read_that_comes_in_a_text_with_commas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "layer" / "python").mkdir(parents=True)
    (tmp_path / "layer/python/tools.py").write_text(
        "import boto3, os\ndef put(): boto3.client('s3').put_object(Bucket=os.environ['B'], Key='k')\n"
    )
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/handler.py").write_text("from tools import put\ndef handler(e, c): put()\n")
    function = {"Handler": "handler.handler", "CodeUri": "mine", "Layers": {"Ref": "Layers"},
                "Environment": {"Variables": {"B": {"Ref": "Bucket"}}}}  # fmt: skip
    child = {"Transform": "AWS::Serverless-2016-10-31", "Parameters": {"Layers": {"Type": "CommaDelimitedList"}},
             "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"},
                           "Function": {"Type": "AWS::Serverless::Function", "Properties": function}}}  # fmt: skip
    layers = {"Fn::Sub": "${First},${Second}"}
    parent = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {
        **{name: {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": uri}}
           for name, uri in {"First": "other", "Second": "layer"}.items()},
        "Child": {"Type": "AWS::CloudFormation::Stack",
                  "Properties": {"TemplateURL": "child.json", "Parameters": {"Layers": layers}}}}}  # fmt: skip
    (tmp_path / "child.json").write_text(json.dumps(child))
    (tmp_path / "parent.json").write_text(json.dumps(parent))
    monkeypatch.chdir(tmp_path)
    main(["prove", "parent.json", "child.json", "--format", "json"])
    found = json.loads(capsys.readouterr().out)["functions"]
    assert {each["action"] for function in found for each in function["denied"]} == {"s3:PutObject"}


def test_sam_lets_a_source_send_what_it_gives_up(tmp_path: Path) -> None:
    event = {"Type": "DynamoDB", "Properties": {
        "Stream": {"Fn::GetAtt": ["T", "StreamArn"]}, "StartingPosition": "LATEST",
        "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": {"Fn::GetAtt": ["Q", "Arn"]}}}}}  # fmt: skip
    function = {"Handler": "a.b", "Runtime": "python3.12", "Events": {"Rows": event}}
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {
        "Q": {"Type": "AWS::SQS::Queue"}, "T": {"Type": "AWS::DynamoDB::Table"},
        "F": {"Type": "AWS::Serverless::Function", "Properties": function}}}  # fmt: skip
    (tmp_path / "t.json").write_text(json.dumps(template))
    graph = load([tmp_path / "t.json"])
    [function_of] = graph.of_type("AWS::Lambda::Function", "AWS::Serverless::Function")
    role = graph.role_of(function_of)
    assert role
    actions = {action for each in graph.statements_of(role) for action in each.actions}
    assert "sqs:SendMessage" in actions


def test_mocks_of_the_twin_of_unittest_are_heard(tmp_path: Path) -> None:
    """The package `mock` is the same code under another name: its own file stands in for it here."""
    package = tmp_path / "site" / "mock"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from mock.mock import *\nfrom mock.mock import patch\n")
    (package / "mock.py").write_text(Path(str(mock.__file__)).read_text())
    about = tmp_path / "site" / "mock-5.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: mock\nVersion: 5.0\n")
    (tmp_path / "app.py").write_text(
        "import boto3\nsqs = boto3.client('sqs', region_name='us-east-1')\n"
        "def handler(event, context): sqs.send_message(QueueUrl='https://sqs/1/jobs', MessageBody='x')\n"
    )
    (tmp_path / "test_app.py").write_text(
        "from mock import patch\nimport app\n\n\n@patch('app.sqs')\ndef test_it(sqs): app.handler({}, None)\n"
    )
    paths = [str(tmp_path / "site"), str(tmp_path), os.environ.get("PYTHONPATH", "")]
    done = run_pytest(tmp_path, "--record-calls", "calls.json", PYTHONPATH=os.pathsep.join(paths))
    assert done.returncode == 0, done.stdout + done.stderr
    heard = json.loads((tmp_path / "calls.json").read_text())["calls"]
    assert [f"{each['service']}:{each['operation']}" for each in heard] == ["sqs:SendMessage"]


def test_a_call_without_an_action_of_its_name_may_use_any_grant_of_its_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called = call("apigateway", "UpdateDomainName", domainName="a")
    found = prove(tmp_path, monkeypatch, capsys, called, granted="apigateway:PATCH")
    assert (found["verdict"], found["unused"]) == ("not judged", [])


CHOSEN = {"Fn::If": ["Kept", {"Ref": "KeptRows"}, {"Ref": "LostRows"}]}


def chosen(*granted: str) -> dict[str, Any]:
    """Return a function, its role, and a table that is defined twice, each under a condition."""
    tables = {name: {"Type": "AWS::DynamoDB::Table", "Condition": condition, "Properties": {}}
              for name, condition in {"KeptRows": "Kept", "LostRows": "Lost"}.items()}  # fmt: skip
    arn = {"Fn::If": ["Kept", get("KeptRows"), get("LostRows")]}
    return {**tables, "Role": role(LOG, allow(list(granted), arn)), "Worker": function({"TABLE": CHOSEN})}


CONDITIONS: dict[str, Any] = {"Parameters": {"Keep": {"Type": "String"}}, "Conditions": {
    "Kept": {"Fn::Equals": [{"Ref": "Keep"}, "true"]}, "Lost": {"Fn::Not": [{"Condition": "Kept"}]}}}  # fmt: skip


@pytest.mark.parametrize(
    ("granted", "wanted"),
    [
        (["GetItem"], ("proven", set(), set())),
        (["GetItem", "PutItem"], ("not proven", set(), {"dynamodb:PutItem"})),
        (["PutItem"], ("not proven", {"dynamodb:GetItem"}, {"dynamodb:PutItem"})),
    ],
)
def test_a_table_that_is_defined_twice_under_a_condition_is_used_whichever_it_is(
    tmp_path: Path, granted: list[str], wanted: tuple[str, set[str], set[str]]
) -> None:
    template = chosen(*(f"dynamodb:{each}" for each in granted))
    made = call("dynamodb", "GetItem", TableName="rows-in-tests", Key={})
    found = proved(tmp_path, template, made, variables={"TABLE": "rows-in-tests"}, **CONDITIONS)
    assert said(found) == wanted


def test_of_two_tables_under_a_condition_both_must_be_allowed(tmp_path: Path) -> None:
    template = chosen("dynamodb:GetItem") | {"Role": role(LOG, allow("dynamodb:GetItem", get("KeptRows")))}
    made = call("dynamodb", "GetItem", TableName="rows-in-tests", Key={})
    found = proved(tmp_path, template, made, variables={"TABLE": "rows-in-tests"}, **CONDITIONS)
    assert [each.resource.rpartition("/")[2] for each in found.report.denied] == ["LostRows"]


def test_code_that_no_test_calls_reads_whichever_table_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/handler.py").write_text(
        "import boto3, os\nrows = boto3.resource('dynamodb').Table(os.environ['TABLE'])\n"
        "def handler(event, context): rows.get_item(Key={})\n"
    )
    found = proved(tmp_path, chosen("dynamodb:GetItem"), **CONDITIONS)
    assert (found.verdict, found.report.unused) == ("likely", [])
