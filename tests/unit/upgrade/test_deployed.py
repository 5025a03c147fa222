"""What CloudFormation says is deployed, nested stacks and YAML included."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from wellmade.cli import main
from wellmade.upgrade.deployed import deployed as read_deployed
from wellmade.upgrade.stacks import read

QUEUES = {"Resources": {"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 30}}}}
OTHERS = {"Resources": {"Tasks": QUEUES["Resources"]["Jobs"]}}


@pytest.fixture
def aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stubber:
    """CloudFormation's answers, in the order of the questions; another question fails the test."""
    monkeypatch.chdir(tmp_path)
    client = boto3.client("cloudformation", region_name="eu-west-1")
    session = SimpleNamespace(client=lambda *_, **_options: client)
    monkeypatch.setattr("wellmade.upgrade.deployed.boto3.Session", lambda: session)
    stubber = Stubber(client)
    stubber.activate()
    return stubber


def deployed(aws: Stubber, name: str, body: str) -> None:
    aws.add_response("get_template", {"TemplateBody": body}, {"StackName": name})


def test_a_loop_in_what_is_deployed_is_expanded_as_in_a_file(
    aws: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = ["Name", ["A", "B"], {"Queue${Name}": {"Type": "AWS::SQS::Queue"}}]
    looped = {"Transform": "AWS::LanguageExtensions", "Resources": {"Fn::ForEach::Queues": loop}}
    deployed(aws, "shop", json.dumps(looped))
    write({"Resources": {"QueueA": {"Type": "AWS::SQS::Queue"}}})
    assert main(["upgrade", "--deployed", "shop.template.json", "--format", "json"]) == 1
    [change] = json.loads(capsys.readouterr().out)["changes"]
    assert (change["logical_id"], change["fate"]) == ("QueueB", "deleted")


def write(template: dict[str, Any]) -> None:
    Path("shop.template.json").write_text(json.dumps(template))


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(QUEUES),
        "Resources:\n  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub 'a-b'}}\n",
    ],
)
def test_what_is_deployed_is_compared(aws: Stubber, body: str, capsys: pytest.CaptureFixture[str]) -> None:
    deployed(aws, "shop", body)
    write(OTHERS)
    assert main(["upgrade", "--deployed", "shop.template.json", "--format", "json"]) == 1
    [change] = json.loads(capsys.readouterr().out)["changes"]
    assert (change["stack"], change["logical_id"], change["fate"]) == ("shop", "Jobs", "deleted")


def test_a_stack_that_is_not_there_is_new(aws: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    aws.add_client_error("get_template", "ValidationError", "Stack with id shop does not exist")
    write(OTHERS)
    assert main(["upgrade", "--deployed", "shop.template.json"]) == 0
    assert capsys.readouterr().out == "No data is lost: nothing is replaced or deleted.\n"


def test_a_stack_that_only_has_a_change_set_is_new(aws: Stubber) -> None:
    aws.add_response("get_template", {}, {"StackName": "shop"})
    write(OTHERS)
    assert main(["upgrade", "--deployed", "shop.template.json"]) == 0


def test_a_nested_stack_is_read_too(aws: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    identity = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-Inner-1/2"
    deployed(aws, "shop", json.dumps({"Resources": {"Inner": {"Type": "AWS::CloudFormation::Stack"}}}))
    detail = {
        "LogicalResourceId": "Inner",
        "ResourceType": "AWS::CloudFormation::Stack",
        "LastUpdatedTimestamp": datetime(2026, 1, 1, tzinfo=UTC),
        "ResourceStatus": "CREATE_COMPLETE",
        "PhysicalResourceId": identity,
    }
    asked = {"StackName": "shop", "LogicalResourceId": "Inner"}
    aws.add_response("describe_stack_resource", {"StackResourceDetail": detail}, asked)
    deployed(aws, identity, json.dumps(QUEUES))
    write({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    assert main(["upgrade", "--deployed", "shop.template.json", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["changes"]
    assert ("shop/Inner", "Jobs", True) in {
        (each["stack"], each["logical_id"], each["loses"]) for each in found
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["a"], "PATH must be OLD and NEW, or --deployed NEW, got 1 paths"),
        (["a", "b", "--deployed"], "PATH must be NEW alone with --deployed, got 2 paths"),
    ],
)
def test_paths_are_counted(options: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upgrade", *options]) == 2
    assert capsys.readouterr().err == f"wellmade: {message}\n"


def test_what_cannot_be_asked_is_one_line(aws: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    aws.add_client_error("get_template", "AccessDenied", "you may not")
    write(OTHERS)
    assert main(["upgrade", "--deployed", "shop.template.json"]) == 2
    assert capsys.readouterr().err == (
        "wellmade: --deployed: CloudFormation cannot be asked: An error occurred (AccessDenied) when calling the "
        "GetTemplate operation: you may not\n"
    )


def app(**environments: str) -> None:
    """Write an assembly of one stack of the same name for each environment."""
    artifacts = {
        name: {
            "type": "aws:cloudformation:stack",
            "environment": environment,
            "properties": {"templateFile": "shop.template.json", "stackName": "shop"},
        }
        for name, environment in environments.items()
    }
    Path("manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    write(OTHERS)


def test_each_stack_is_asked_for_in_its_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    clients = {name: boto3.client("cloudformation", region_name=name) for name in ("us-east-1", "us-west-2")}
    session = SimpleNamespace(client=lambda _, region_name: clients[region_name])
    monkeypatch.setattr("wellmade.upgrade.deployed.boto3.Session", lambda: session)
    for client in clients.values():
        stubber = Stubber(client)
        stubber.activate()
        deployed(stubber, "shop", json.dumps(QUEUES))
    app(
        One="aws://111122223333/us-east-1",
        Two="aws://111122223333/us-west-2",
    )
    found = read_deployed(read([tmp_path]))
    assert {name: list(each.resources) for name, each in found.items()} == {
        "shop": ["Jobs"],
        "shop#2": ["Jobs"],
    }


def test_a_stack_of_another_account_is_not_taken_for_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    clients = {name: boto3.client(name, region_name="eu-west-1") for name in ("cloudformation", "sts")}
    session = SimpleNamespace(client=lambda name, **_options: clients[name])
    monkeypatch.setattr("wellmade.upgrade.deployed.boto3.Session", lambda: session)
    with Stubber(clients["cloudformation"]) as formation, Stubber(clients["sts"]) as tokens:
        formation.add_client_error("get_template", "ValidationError", "Stack with id shop does not exist")
        tokens.add_response("get_caller_identity", {"Account": "444455556666"})
        app(One="aws://111122223333/eu-west-1")
        assert main(["upgrade", "--deployed", "."]) == 2
    assert "shop must be asked for with credentials of its account 111122223333, got 444455556666" in (
        capsys.readouterr().err
    )


def test_a_nested_stack_that_a_condition_leaves_out_is_not_there(aws: Stubber) -> None:
    inner = {"Type": "AWS::CloudFormation::Stack", "Condition": "Never"}
    deployed(aws, "shop", json.dumps({"Resources": {"Inner": inner}}))
    aws.add_client_error(
        "describe_stack_resource", "ValidationError", "Resource Inner does not exist for stack shop"
    )
    write({"Resources": {"Inner": inner}})
    assert main(["upgrade", "--deployed", "shop.template.json"]) == 0


def exporting(value: str) -> dict[str, Any]:
    output = {"Value": value, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-arn"}}}
    return {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Arn": output}}


@pytest.mark.parametrize(("importers", "code"), [(["billing", "shop"], 1), ([], 0)])
def test_stacks_of_other_apps_that_import_are_asked_for(
    aws: Stubber, importers: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed(aws, "shop", json.dumps(exporting("a")))
    if importers:
        aws.add_response("list_imports", {"Imports": importers}, {"ExportName": "shop-arn"})
    else:
        said = "Export 'shop-arn' is not imported by any stack."
        aws.add_client_error("list_imports", "ValidationError", said)
    write(exporting("b"))
    assert main(["upgrade", "--deployed", "shop.template.json", "--format", "json"]) == code
    [export] = json.loads(capsys.readouterr().out)["exports"]
    assert export["used_by"] == [each for each in importers if each == "billing"]


def test_importers_that_nobody_may_ask_for_are_an_error(
    aws: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed(aws, "shop", json.dumps(exporting("a")))
    aws.add_client_error("list_imports", "AccessDenied", "you may not")
    write(exporting("b"))
    assert main(["upgrade", "--deployed", "shop.template.json"]) == 2
    assert "the ListImports operation: you may not" in capsys.readouterr().err
