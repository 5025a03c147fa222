import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from tests.templates import actions, of_type, the
from wellmade.foundation import ProvisionedConcurrency, PythonFunction, ScheduledScaling
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(lambda stack: PythonFunction(stack, "Import", code="tabular_ingest"))


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
    assert {alarm["MetricName"] for alarm in alarms} == {
        *("Errors", "Throttles", "Duration", "ConcurrentExecutions"),
    }
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
            "timeout must be at most 900 s, got 960 s; use FargateWorker for longer work",
        ),
        ({"memory_size": 64}, "memory_size must be between 128 and 10240, got 64; 512 suits most handlers"),
        (
            {"reserved_concurrency": 901},
            "reserved_concurrency must be between 1 and 900 (0 of the account's 900 are reserved already), "
            "got 901; reserve less, set it to None, or give the account's quota as the context value "
            "wellmade:account-concurrency",
        ),
        (
            {"environment": {"DB_PASSWORD": "hunter2"}},
            "environment['DB_PASSWORD'] must be free of secrets, got literal text; "
            "keep it in Secrets Manager and pass its ARN",
        ),
        (
            {"environment": {"PARTNER": "AKIAIOSFODNN7EXAMPLE"}},
            "environment['PARTNER'] must be free of secrets, got literal text; "
            "keep it in Secrets Manager and pass its ARN",
        ),
        (
            {"runtime": lambda_.Runtime.NODEJS_22_X},
            "runtime must be a Python runtime, got nodejs22.x; "
            "define a lambda_.Function and pass that to the pattern",
        ),
        (
            {"ephemeral_storage_size": cdk.Size.gibibytes(11)},
            "ephemeral_storage_size in MiB must be between 512 and 10240, got 11264; stream what is larger",
        ),
        (
            {"snap_start": True, "provisioned_concurrency": 2},
            "snap_start must be given without provisioned_concurrency, got both; take one of them: SnapStart "
            "shortens cold starts, provisioned concurrency avoids them",
        ),
        (
            {"snap_start": True, "ephemeral_storage_size": cdk.Size.gibibytes(1)},
            "ephemeral_storage_size must be at most 512 MiB with snap_start, got 1024 MiB; "
            "leave one of them out",
        ),
        (
            {"provisioned_concurrency": 11},
            "provisioned_concurrency must be at most the reservation of 10, got 11; "
            "raise reserved_concurrency, or set it to None",
        ),
        (
            {"provisioned_concurrency": ProvisionedConcurrency(1, hours=ScheduledScaling(start_hour=25))},
            "provisioned_concurrency.hours.start_hour must be between 0 and 22, got 25; a day starts at 7",
        ),
        (
            {"provisioned_concurrency": ProvisionedConcurrency(1, hours=ScheduledScaling(20, 6))},
            "provisioned_concurrency.hours.end_hour must be between 21 and 23, got 6; "
            "a day ends after it starts, and before midnight",
        ),
        (
            {"provisioned_concurrency": ProvisionedConcurrency(5, maximum=2)},
            "provisioned_concurrency.maximum must be at least the minimum of 5, got 2; "
            "leave it out for a fixed number",
        ),
        (
            {"alarm_thresholds": {"depth": 1}},
            "alarm_thresholds must be for one of errors, throttles, duration, concurrency, got 'depth'; "
            "give a number, or None to leave an alarm out",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Import: ' + message)}$"):
        PythonFunction(stack, "Import", code="tabular_ingest", **options)


def test_refuses_to_reserve_more_than_the_account_has_over_two_stacks(stack: cdk.Stack) -> None:
    other = cdk.Stack(cast(cdk.App, stack.node.root), "Other")
    PythonFunction(stack, "First", code="tabular_ingest", reserved_concurrency=600)
    message = (
        "Other/Second: reserved_concurrency must be between 1 and 300 (600 of the account's 900 are reserved "
        "already), got 301; reserve less, set it to None, or give the account's quota as the context value "
        "wellmade:account-concurrency"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        PythonFunction(other, "Second", code="tabular_ingest", reserved_concurrency=301)


def test_accounts_have_reservations_of_their_own(stack: cdk.Stack) -> None:
    PythonFunction(stack, "First", code="tabular_ingest", reserved_concurrency=900)
    env = cdk.Environment(account="111122223333", region="eu-west-1")
    other = cdk.Stack(cast(cdk.App, stack.node.root), "Other", env=env)
    function = PythonFunction(other, "Second", code="tabular_ingest", reserved_concurrency=900)
    assert function.max_concurrency == 900


def test_reserves_nothing_in_a_small_account(stack: cdk.Stack, synth: Synth) -> None:
    PythonFunction(stack, "Import", code="tabular_ingest", reserved_concurrency=None)
    assert "ReservedConcurrentExecutions" not in the(synth(), "AWS::Lambda::Function")


def test_refuses_a_secret_that_was_set_later(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    PythonFunction(stack, "Import", code="tabular_ingest").add_environment("DB_PASSWORD", "hunter2")
    said = refused()
    assert "Test/Import: environment['DB_PASSWORD'] must be free of secrets, got literal text" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("wanted", "resources", "message"),
    [
        (
            ["s3:*"],
            ["arn:aws:s3:::a/b"],
            "actions must be whole names, got 's3:*'; name each action that the code calls",
        ),
        *(
            (
                ["s3:GetObject"],
                [arn],
                f"resources must be ARNs of resources, got {arn!r}; "
                "name the resource, or give the reason why there is none",
            )
            for arn in (
                "*",
                "arn:aws:s3:::*",
                "arn:aws:s3:::*/*",
                "arn:aws:dynamodb:eu-west-1:111122223333:table/*",
                "arn:aws:sqs:*",
                "arn:aws:sqs:eu-west-1:*:orders",
            )
        ),
    ],
)
def test_refuses_wildcards(stack: cdk.Stack, wanted: list[str], resources: list[str], message: str) -> None:
    function = PythonFunction(stack, "Import", code="tabular_ingest")
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Import: ' + message)}$"):
        function.allow(wanted, resources)


def test_takes_keys_below_a_name(stack: cdk.Stack) -> None:
    function = PythonFunction(stack, "Import", code="tabular_ingest")
    bucket = cdk.aws_s3.Bucket(stack, "Bucket")
    function.allow(["s3:GetObject"], [bucket.arn_for_objects("incoming/*"), "arn:aws:s3:::theirs/a/*"])
    function.allow(["logs:PutLogEvents"], ["arn:aws:logs:eu-west-1:111122223333:log-group:mine:*"])


def test_takes_a_handler_of_ones_own(stack: cdk.Stack, own_handler: Path) -> None:
    function = PythonFunction(stack, "Mine", code=own_handler)
    assert function.resource.handler == "handler.handler"


def test_everything_in_the_cdk_takes_it(stack: cdk.Stack, synth: Synth) -> None:
    function = PythonFunction(stack, "Import", code="tabular_ingest")
    cdk.aws_sns.Topic(stack, "Topic").add_subscription(
        cdk.aws_sns_subscriptions.LambdaSubscription(cast(lambda_.IFunction, function))
    )
    assert the(synth(), "AWS::SNS::Subscription")["Protocol"] == "lambda"


def test_passes_on_what_the_resource_takes(stack: cdk.Stack, synth: Synth) -> None:
    layer = lambda_.LayerVersion.from_layer_version_arn(
        stack, "Layer", "arn:aws:lambda:eu-west-1:111122223333:layer:insights:1"
    )
    PythonFunction(
        stack,
        "Import",
        code="tabular_ingest",
        runtime=lambda_.Runtime.PYTHON_3_13,
        architecture=lambda_.Architecture.X86_64,
        memory_size=1024,
        layers=[layer],
        ephemeral_storage_size=cdk.Size.gibibytes(1),
        log_retention=cdk.aws_logs.RetentionDays.ONE_WEEK,
    )
    template = synth()
    function = the(template, "AWS::Lambda::Function")
    assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["x86_64"])
    assert (function["MemorySize"], function["EphemeralStorage"]) == (1024, {"Size": 1024})
    assert function["Layers"] == ["arn:aws:lambda:eu-west-1:111122223333:layer:insights:1"]
    assert the(template, "AWS::Logs::LogGroup")["RetentionInDays"] == 7


def test_keeps_copies_warm_whoever_uses_the_function(stack: cdk.Stack, synth: Synth) -> None:
    """Also where no pattern of ours asks for the alias, as behind a rule of the CDK's."""
    PythonFunction(stack, "Import", code="tabular_ingest", provisioned_concurrency=2)
    assert the(synth(), "AWS::Lambda::Alias")["ProvisionedConcurrencyConfig"] == {
        "ProvisionedConcurrentExecutions": 2
    }


def test_keeps_copies_warm_behind_an_alias(stack: cdk.Stack, synth: Synth) -> None:
    warm = ProvisionedConcurrency(2, maximum=8, hours=ScheduledScaling(time_zone="Europe/Berlin"))
    function = PythonFunction(stack, "Import", code="tabular_ingest", provisioned_concurrency=warm)
    assert function.invocable.function_arn != function.function_arn
    template = synth()
    assert the(template, "AWS::Lambda::Alias")["Name"] == "live"
    target = the(template, "AWS::ApplicationAutoScaling::ScalableTarget")
    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 8)
    assert {action["ScheduledActionName"] for action in target["ScheduledActions"]} == {"Start", "End"}
    policy = the(template, "AWS::ApplicationAutoScaling::ScalingPolicy")
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 0.7


def test_snap_start_publishes_a_version(stack: cdk.Stack, synth: Synth) -> None:
    _ = PythonFunction(stack, "Import", code="tabular_ingest", snap_start=True).invocable
    template = synth()
    assert the(template, "AWS::Lambda::Function")["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    assert "ProvisionedConcurrencyConfig" not in the(template, "AWS::Lambda::Alias")


def test_encrypts_variables_and_lines_with_a_key_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    PythonFunction(stack, "Import", code="tabular_ingest", encryption_key=key)
    template = synth()
    arn = the(template, "AWS::Lambda::Function")["KmsKeyArn"]
    assert the(template, "AWS::Logs::LogGroup")["KmsKeyId"] == arn
    keys = [k["KeyPolicy"]["Statement"] for k in of_type(template, "AWS::KMS::Key") if "logs." in str(k)]
    [[allowed]] = [[s for s in statements if "logs." in str(s["Principal"])] for statements in keys]
    assert "kms:EncryptionContext:aws:logs:arn" in allowed["Condition"]["ArnLike"]
    assert "kms:Decrypt" in actions(template, "ImportRole")


def test_a_key_policy_may_name_the_role(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    function = PythonFunction(stack, "Import", code="tabular_ingest")
    function.allow(["kms:Decrypt"], [key.key_arn])
    key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ArnPrincipal(cast(iam.IRole, function.role).role_arn)],
            actions=["kms:Decrypt"],
            resources=["*"],
        )
    )
    template = synth()
    [role] = [r for r in of_type(template, "AWS::IAM::Role") if "Policies" in r]
    assert "kms:Decrypt" not in str(role)
    assert "kms:Decrypt" in actions(template, "ImportRole")


def test_may_invoke_itself_without_a_cycle(stack: cdk.Stack, synth: Synth) -> None:
    function = PythonFunction(stack, "Import", code="tabular_ingest")
    function.allow(["lambda:InvokeFunction"], [function.function_arn])
    assert the(synth(), "AWS::IAM::Policy")["PolicyName"].startswith("ImportRole")


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1"])
def test_names_the_partition(region: str) -> None:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    env = cdk.Environment(account="111122223333", region=region)
    stack = cdk.Stack(app, "Test", env=env)
    PythonFunction(stack, "Import", code="tabular_ingest", encryption_key=kms.Key(stack, "Key"))
    assert "arn:aws:" not in str(app.synth().get_stack_by_name("Test").template)
