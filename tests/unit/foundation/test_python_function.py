import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from wellmade.foundation import PythonFunction
from wellmade.testing import synthesize


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(lambda stack: PythonFunction(stack, "Import", package="tabular_ingest"))


def test_promises_graviton_bounded_time_number_and_json_logs(template: dict[str, Any]) -> None:
    Template.from_json(template).has_resource_properties(
        "AWS::Lambda::Function",
        {
            "Architectures": ["arm64"],
            "Handler": "tabular_ingest.handler.handler",
            "LoggingConfig": {"LogFormat": "JSON"},
            "ReservedConcurrentExecutions": 10,
            "Runtime": "python3.14",
            "Timeout": 60,
            "TracingConfig": {"Mode": "Active"},
        },
    )
    Template.from_json(template).has_resource_properties("AWS::Logs::LogGroup", {"RetentionInDays": 30})


def test_grants_its_log_group_and_tracing_only(template: dict[str, Any]) -> None:
    resources = template["Resources"]
    assert not [r for r in resources.values() if r["Type"] in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}]
    [role] = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::IAM::Role"]
    assert "ManagedPolicyArns" not in role
    [log_group] = [name for name, r in resources.items() if r["Type"] == "AWS::Logs::LogGroup"]
    assert role["Policies"][0]["PolicyDocument"]["Statement"] == [
        {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": [log_group, "Arn"]},
        },
        {
            "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            "Effect": "Allow",
            "Resource": "*",
        },
    ]


def test_alarms_watch_this_function_and_act(template: dict[str, Any]) -> None:
    alarms = [
        r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::CloudWatch::Alarm"
    ]
    [function] = [name for name, r in template["Resources"].items() if r["Type"] == "AWS::Lambda::Function"]
    [topic] = [name for name, r in template["Resources"].items() if r["Type"] == "AWS::SNS::Topic"]
    assert {alarm["MetricName"] for alarm in alarms} == {"Errors", "Throttles"}
    for alarm in alarms:
        assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": function}}]
        assert alarm["AlarmActions"] == [{"Ref": topic}]


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "python_function")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"timeout": cdk.Duration.minutes(16)},
            "Test/Import: timeout must be at most 900 s, got 960 s; use FargateWorker for longer work",
        ),
        (
            {"memory": 64},
            "Test/Import: memory must be between 128 and 10240, got 64; 512 suits most handlers",
        ),
        (
            {"concurrency": 901},
            "Test/Import: concurrency must be between 1 and 900 (the stack reserves 0 of 900 already), got 901; "
            "reserve less, or move functions to another account",
        ),
        (
            {"environment": {"DB_PASSWORD": "hunter2"}},
            "Test/Import: environment['DB_PASSWORD'] must be free of secrets, got literal text; "
            "keep it in Secrets Manager and pass its ARN",
        ),
        (
            {"environment": {"PARTNER": "AKIAIOSFODNN7EXAMPLE"}},
            "Test/Import: environment['PARTNER'] must be free of secrets, got literal text; "
            "keep it in Secrets Manager and pass its ARN",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        PythonFunction(stack, "Import", package="tabular_ingest", **options)


def test_refuses_to_starve_the_account(stack: cdk.Stack) -> None:
    PythonFunction(stack, "First", package="tabular_ingest", concurrency=600)
    message = (
        "Test/Second: concurrency must be between 1 and 300 (the stack reserves 600 of 900 already), got 301; "
        "reserve less, or move functions to another account"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        PythonFunction(stack, "Second", package="tabular_ingest", concurrency=301)


@pytest.mark.parametrize(
    ("actions", "resources", "message"),
    [
        (
            ["s3:*"],
            ["arn:aws:s3:::a/b"],
            "Test/Import: actions must be whole names, got 's3:*'; name each action that the code calls",
        ),
        (
            ["s3:GetObject"],
            ["*"],
            "Test/Import: resources must be ARNs, got '*'; name the resource, or give the reason why there is none",
        ),
    ],
)
def test_refuses_wildcards(stack: cdk.Stack, actions: list[str], resources: list[str], message: str) -> None:
    function = PythonFunction(stack, "Import", package="tabular_ingest")
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        function.allow(actions, resources)


def test_takes_a_handler_of_ones_own(stack: cdk.Stack, own_handler: Path) -> None:
    function = PythonFunction(stack, "Mine", package=own_handler)
    assert function.resource.handler == "handler.handler"
