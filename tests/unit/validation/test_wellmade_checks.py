"""The plugin in a real synth: what CDK's report says, and when the synth fails."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.check.rule import Rule, Severity
from wellmade.check.rules.sqs.queue_visibility import RULE
from wellmade.check.run import check
from wellmade.graph import load
from wellmade.validation import MonthlyCost, WellmadeChecks


def _only(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("run", "suppressions"):
        monkeypatch.setattr(f"wellmade.check.{module}.all_rules", lambda: {rule.id: rule})


def _worker(scope: Construct, visibility: int, **suppress: Any) -> None:
    failed = sqs.Queue(scope, "Failed", retention_period=cdk.Duration.days(14))
    queue = sqs.Queue(
        scope,
        "Orders",
        visibility_timeout=cdk.Duration.seconds(visibility),
        dead_letter_queue=sqs.DeadLetterQueue(queue=failed, max_receive_count=3),
    )
    if suppress and (resource := queue.node.default_child):
        assert isinstance(resource, cdk.CfnResource)
        resource.add_metadata("wellmade", {"suppress": [suppress]})
    function = lambda_.CfnFunction(
        scope,
        "Worker",
        code={"zipFile": "def handler(event, context): ..."},
        role="arn:aws:iam::123456789012:role/worker",
        handler="index.handler",
        runtime="python3.13",
        timeout=30,
    )
    lambda_.CfnEventSourceMapping(
        scope,
        "Messages",
        function_name=function.ref,
        event_source_arn=queue.queue_arn,
        function_response_types=["ReportBatchItemFailures"],
    )


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> cdk.App:
    """Return an app that is refused by the one rule under test, with what the `cdk` command adds to it."""
    _only(RULE, monkeypatch)
    context = {"aws:cdk:enable-path-metadata": True, "aws:cdk:enable-asset-metadata": True}
    app = cdk.App(outdir=str(tmp_path / "cdk.out"), context=context)
    cdk.Validations.of(app).add_plugins(WellmadeChecks())
    return app


@pytest.fixture
def violations(tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    """Read what CDK reported."""

    def read() -> list[dict[str, Any]]:
        report = json.loads((tmp_path / "cdk.out" / "validation-report.json").read_text())
        (plugin,) = (each for each in report["pluginReports"] if each["pluginName"] == "wellmade")
        found: list[dict[str, Any]] = plugin["violations"]
        return found

    return read


def test_fails_synth_with_path_reason_and_fix(
    app: cdk.App, violations: Callable[[], list[dict[str, Any]]]
) -> None:
    shop = cdk.Stack(app, "Shop")
    _worker(shop, 30)
    _worker(cdk.NestedStack(shop, "Inner"), 30)
    _worker(cdk.Stack(cdk.Stage(app, "Prod"), "Shop"), 30)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    found = violations()
    assert {each["violatingConstructs"][0]["constructPath"] for each in found} == {
        "Shop/Orders/Resource",
        "Shop/Inner/Orders/Resource",
        "Prod/Shop/Orders/Resource",
    }
    assert {each["ruleName"] for each in found} == {RULE.id}
    for each in found:
        assert each["description"].startswith("Properties.VisibilityTimeout: is 30 s, must be at least 180 s")
        assert each["suggestedFix"].startswith(RULE.fix)
        assert each["severity"] == "error"


def test_synthesizes_what_holds(app: cdk.App) -> None:
    _worker(cdk.Stack(app, "Shop"), 180)
    assert app.synth().stacks[0].template["Resources"]


def test_a_suppression_in_cdk_metadata_holds(app: cdk.App) -> None:
    _worker(cdk.Stack(app, "Shop"), 30, rule=RULE.id, reason="the worker is idempotent and fast")
    assert app.synth().stacks[0].template["Resources"]


def test_advice_is_reported_and_fails_nothing(
    app: cdk.App, violations: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(replace(RULE, severity=Severity.ADVICE), monkeypatch)
    _worker(cdk.Stack(app, "Shop"), 30)
    app.synth()
    assert [each["severity"] for each in violations()] == ["info"]


def test_a_template_that_cannot_be_read_fails_in_one_line(app: cdk.App, tmp_path: Path) -> None:
    stack = cdk.Stack(app, "Shop")
    first = cdk.CfnResource(stack, "First", type="AWS::SQS::Queue")
    second = cdk.CfnResource(stack, "Second", type="AWS::SQS::Queue", properties={"QueueName": first.ref})
    first.add_property_override("QueueName", second.ref)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
    report = json.loads((tmp_path / "cdk.out" / "validation-report.json").read_text())
    (said,) = (
        each["metadata"]["error"] for each in report["pluginReports"] if each["pluginName"] == "wellmade"
    )
    assert said.endswith(
        "Shop.template.json:3: resources need each other: First needs Second needs First; break the cycle"
    )


@pytest.mark.parametrize("synthesizer", [cdk.DefaultStackSynthesizer, cdk.BootstraplessSynthesizer])
def test_a_stack_that_defines_nothing_is_no_fault(app: cdk.App, synthesizer: Any) -> None:
    cdk.Validations.of(app).add_plugins(MonthlyCost())
    cdk.Stack(app, "Empty", synthesizer=synthesizer())
    folder = Path(app.synth().directory)
    assert "Resources" not in json.loads((folder / "Empty.template.json").read_text())
    for path in (folder, folder / "Empty.template.json"):
        assert check(load([path])) == []


def test_an_app_that_is_validated_imports_no_boto3() -> None:
    """It takes a quarter of a second, in each process that synthesizes."""
    code = "import sys, wellmade.validation; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "boto3" not in ran.stdout.split()
