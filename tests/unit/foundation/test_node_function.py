from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template

from tests.templates import actions, of_type, the
from wellmade.api import LambdaApi
from wellmade.foundation import NodeFunction, OnDemandTable
from wellmade.testing import synthesize


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(lambda stack: NodeFunction(stack, "Handler", code="shop_api"))


def test_promises_graviton_bounded_time_number_and_json_logs(template: dict[str, Any]) -> None:
    expected = {
        "Architectures": ["arm64"],
        "Handler": "handler.handler",
        "LoggingConfig": {"LogFormat": "JSON"},
        "ReservedConcurrentExecutions": 10,
        "Runtime": "nodejs24.x",
        "Timeout": 10,
        "TracingConfig": {"Mode": "Active"},
    }
    Template.from_json(template).has_resource_properties("AWS::Lambda::Function", expected)
    Template.from_json(template).has_resource_properties("AWS::Logs::LogGroup", {"RetentionInDays": 30})


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "node_function")


def test_grants_what_it_is_connected_with_in_its_own_role_and_no_more() -> None:
    def define(stack: cdk.Stack) -> None:
        function = NodeFunction(stack, "Handler", code="shop_api")
        api = LambdaApi(stack, "Api", function=function, routes=["GET /"])
        OnDemandTable(stack, "Table", partition_key="id").connect(api, actions=["dynamodb:GetItem"])

    found = synthesize(define)
    assert of_type(found, "AWS::IAM::Policy") == []
    assert actions(found) == {
        *("dynamodb:GetItem", "logs:CreateLogStream", "logs:PutLogEvents"),
        *("xray:PutTelemetryRecords", "xray:PutTraceSegments"),
    }
    alarms = of_type(found, "AWS::CloudWatch::Alarm")
    assert {"Errors", "Throttles", "Duration", "ConcurrentExecutions"} <= {
        alarm["MetricName"] for alarm in alarms
    }


def test_its_tests_stay_at_home(tmp_path: Path) -> None:
    code = tmp_path / "code"
    for folder in (code / "test", code / "node_modules" / "loved" / "test"):
        folder.mkdir(parents=True)
        (folder / "a.test.mjs").write_text("")
    (code / "app.js").write_text("exports.run = async () => 1;")
    app = cdk.App(outdir=str(tmp_path / "out"), analytics_reporting=False)
    NodeFunction(cdk.Stack(app, "Own"), "Handler", code=code, handler="app.run", reserved_concurrency=None)
    app.synth()
    [asset] = (tmp_path / "out").glob("asset.*")
    files = {each.relative_to(asset).as_posix() for each in asset.rglob("*") if each.is_file()}
    assert files == {"app.js", "node_modules/loved/test/a.test.mjs"}


@pytest.mark.parametrize("handler", ["app.run", "app.orders.run", "lib/app.run", "./lib/app.run"])
def test_its_file_is_named_as_lambda_reads_it(tmp_path: Path, handler: str) -> None:
    (tmp_path / "lib").mkdir()
    for file in ("app.mjs", "lib/app.cjs"):
        (tmp_path / file).write_text("")
    NodeFunction(cdk.Stack(), "Handler", code=tmp_path, handler=handler)


@pytest.mark.parametrize("handler", ["handler", "app.v2.run", "lib"])
def test_refuses_what_lambda_would_not_find(tmp_path: Path, handler: str) -> None:
    for file in ("handler.mjs", "app.v2.mjs"):
        (tmp_path / file).write_text("")
    with pytest.raises(ValueError, match="name file and function in handler"):
        NodeFunction(cdk.Stack(), "Handler", code=tmp_path, handler=handler)


@pytest.mark.parametrize("handler", ["test/app.run", "./test/app.run", "../app.run", "lib/../../app.run"])
def test_refuses_a_file_that_does_not_travel(tmp_path: Path, handler: str) -> None:
    code = tmp_path / "code"
    for folder in (code / "test", code / "lib"):
        folder.mkdir(parents=True)
        (folder / "app.mjs").write_text("")
    (tmp_path / "app.mjs").write_text("")
    with pytest.raises(ValueError, match="handler must be a file and a function of the code that travels"):
        NodeFunction(cdk.Stack(), "Handler", code=code, handler=handler)


def test_runs_in_a_network_on_another_processor_and_keeps_lines_longer() -> None:
    def define(stack: cdk.Stack) -> None:
        NodeFunction(
            stack,
            "Handler",
            code="shop_api",
            vpc=ec2.Vpc(stack, "Vpc", max_azs=2, restrict_default_security_group=False),
            architecture=lambda_.Architecture.X86_64,
            log_retention=logs.RetentionDays.ONE_YEAR,
        )

    found = synthesize(define)
    function = the(found, "AWS::Lambda::Function")
    assert len(function["VpcConfig"]["SubnetIds"]) == 2
    assert function["Architectures"] == ["x86_64"]
    assert the(found, "AWS::Logs::LogGroup")["RetentionInDays"] == 365
    assert "ec2:CreateNetworkInterface" in str(found)


def test_a_key_of_ones_own_is_for_variables_and_log_lines() -> None:
    def define(stack: cdk.Stack) -> None:
        NodeFunction(stack, "Handler", code="shop_api", encryption_key=kms.Key(stack, "Key"))

    found = synthesize(define)
    assert "KmsKeyArn" in the(found, "AWS::Lambda::Function")
    assert "KmsKeyId" in the(found, "AWS::Logs::LogGroup")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"memory_size": 64}, "memory_size must be between 128 and 10240, got 64; 512 suits most handlers"),
        (
            {"timeout": cdk.Duration.minutes(16)},
            "timeout must be at most 900 s, got 960 s; use FargateWorker",
        ),
        ({"environment": {"API_KEY": "sk_live_4eC39HqLyjWDarjtT1zdp7dc"}}, "environment"),
        ({"reserved_concurrency": 0}, "reserved_concurrency must be between 1 and 900"),
        ({"handler": "index.handler"}, "code must be a folder with index.mjs or index.cjs or index.js, got"),
    ],
)
def test_refuses(options: dict[str, Any], message: str) -> None:
    stack = cdk.Stack(cdk.App(), "Own")
    with pytest.raises(ValueError, match=f"^Own/Handler: .*{message}"):
        NodeFunction(stack, "Handler", code="shop_api", **options)
