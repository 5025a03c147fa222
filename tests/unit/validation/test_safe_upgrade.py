"""The plugin in a real synth: what would lose data fails it, with the construct, the reason and the way round."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aws_cdk as cdk
import boto3
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_sqs as sqs
from botocore.stub import Stubber

from wellmade.validation import SafeUpgrade

Define = Callable[[cdk.Stack], object]


def synthesized(out: Path, define: Define, *plugins: SafeUpgrade) -> list[dict[str, Any]]:
    """Synthesize one stack; return what the plugin says."""
    app = cdk.App(outdir=str(out), builtin_cloud_formation_validation=False, analytics_reporting=False)
    if plugins:
        cdk.Validations.of(app).add_plugins(*plugins)
    define(cdk.Stack(app, "Shop"))
    try:
        app.synth()
    except RuntimeError:
        report = json.loads((out / "validation-report.json").read_text())
        [plugin] = report["pluginReports"]
        assert (plugin["pluginName"], plugin["conclusion"]) == ("wellmade-upgrade", "failure")
        found: list[dict[str, Any]] = plugin["violations"]
        return found
    return []


def table(key: str, construct_id: str = "Orders") -> Define:
    def define(stack: cdk.Stack) -> object:
        return dynamodb.Table(
            stack,
            construct_id,
            partition_key=dynamodb.Attribute(name=key, type=dynamodb.AttributeType.STRING),
        )

    return define


def compared(tmp_path: Path, before: Define, after: Define) -> list[dict[str, Any]]:
    synthesized(tmp_path / "main.out", before)
    return synthesized(tmp_path / "cdk.out", after, SafeUpgrade(deployed_as=tmp_path / "main.out"))


def test_a_replaced_table_fails_the_synth_by_its_construct(tmp_path: Path) -> None:
    [said] = compared(tmp_path, table("id"), table("order"))
    assert said["ruleName"] == "data-loss"
    assert "(AWS::DynamoDB::Table) is replaced: KeySchema" in said["description"]
    assert said["suggestedFix"]
    [place] = said["violatingConstructs"]
    assert place["constructPath"] == "Shop/Orders/Resource"


def test_a_deleted_table_fails_it_by_its_logical_id(tmp_path: Path) -> None:
    def without(stack: cdk.Stack) -> object:
        return sqs.Queue(stack, "Queue")

    def destroyed(stack: cdk.Stack) -> object:
        return sqs.Queue(stack, "Other", removal_policy=cdk.RemovalPolicy.DESTROY)

    [said] = compared(tmp_path, destroyed, without)
    assert "(AWS::SQS::Queue) is deleted" in said["description"]
    assert "Other" in json.dumps(said["violatingConstructs"])


def accepting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *entries: str) -> None:
    (tmp_path / "wellmade.toml").write_text("\n".join(("[upgrade.accepted]", *entries)))
    monkeypatch.chdir(tmp_path)


def logical_id(tmp_path: Path, define: Define) -> str:
    synthesized(tmp_path / "main.out", define)
    [name] = json.loads((tmp_path / "main.out" / "Shop.template.json").read_text())["Resources"]
    return str(name)


def test_an_accepted_loss_and_a_stale_entry_stand_in_the_report_and_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = logical_id(tmp_path, table("id"))
    accepting(tmp_path, monkeypatch, f'"Shop/{name}" = "nothing reads it"', '"Shop/Other" = "is over"')
    assert compared(tmp_path, table("id"), table("order")) == []
    [plugin] = json.loads((tmp_path / "cdk.out" / "validation-report.json").read_text())["pluginReports"]
    accepted, stale = plugin["violations"]
    assert (plugin["conclusion"], accepted["severity"], stale["severity"]) == ("success", "info", "info")
    assert accepted["ruleName"] == "accepted-data-loss"
    assert "is replaced: KeySchema" in accepted["description"]
    assert accepted["description"].endswith("; accepted: nothing reads it")
    assert accepted["violatingConstructs"][0]["constructPath"] == "Shop/Orders/Resource"
    assert 'upgrade.accepted "Shop/Other" fits no loss here' in stale["description"]


def test_what_is_accepted_hides_no_other_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def both(key: str) -> Define:
        return lambda stack: [table(key, name)(stack) for name in ("Orders", "Notes")]

    name = logical_id(tmp_path, table("id"))
    accepting(tmp_path, monkeypatch, f'"Shop/{name}" = "nothing reads it"')
    said = compared(tmp_path, both("id"), both("order"))
    assert [each["ruleName"] for each in said] == ["data-loss", "accepted-data-loss"]


def test_the_same_app_passes(tmp_path: Path) -> None:
    assert compared(tmp_path, table("id"), table("id")) == []


def test_asks_cloudformation_where_no_release_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthesized(tmp_path / "main.out", table("id"))
    body = (tmp_path / "main.out" / "Shop.template.json").read_text()
    client = boto3.client("cloudformation", region_name="eu-west-1")
    session = SimpleNamespace(client=lambda *_, **_options: client)
    monkeypatch.setattr("wellmade.upgrade.deployed.boto3.Session", lambda: session)
    with Stubber(client) as answers:
        answers.add_response("get_template", {"TemplateBody": body}, {"StackName": "Shop"})
        [said] = synthesized(tmp_path / "cdk.out", table("order"), SafeUpgrade())
    assert "is replaced" in said["description"]
