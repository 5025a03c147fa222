"""Traffic moves step by step, a check comes before it, and alarms on the new version take it back."""

import json
import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as sfn

from tests.templates import actions, ids_of, of_type, statements, the
from wellmade.check.run import check
from wellmade.delivery import CanaryRelease, ReleaseCheck
from wellmade.foundation import OnDemandTable, PythonFunction, RefusedError, monitor
from wellmade.graph import load
from wellmade.messaging import QueueWorker
from wellmade.testing import synthesize
from wellmade.workflow import ScheduledJob

CHECK = ReleaseCheck({"Records": []}, answer={"batchItemFailures": []})
GROUP, ALIAS = "AWS::CodeDeploy::DeploymentGroup", "AWS::Lambda::Alias"


def define(stack: cdk.Stack, **options: Any) -> CanaryRelease:
    given = {"function": "order_worker", "check": CHECK, **options}
    return CanaryRelease(stack, "Release", **given)


def plain(stack: cdk.Stack, construct_id: str = "Theirs") -> lambda_.Function:
    return lambda_.Function(
        stack,
        construct_id,
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = () => 1"),
        timeout=cdk.Duration.seconds(9),
    )


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def alarms(template: dict[str, Any]) -> dict[str, Any]:
    """Return the alarms on the new version, by metric."""
    found = of_type(template, "AWS::CloudWatch::Alarm")
    return {each["MetricName"]: each for each in found if len(each["Dimensions"]) == 3}


def hook(template: dict[str, Any]) -> dict[str, Any]:
    [found] = [
        each["Environment"]["Variables"]
        for each in of_type(template, "AWS::Lambda::Function")
        if "RELEASE_CHECK" in each.get("Environment", {}).get("Variables", {})
    ]
    return cast(dict[str, Any], found)


def test_codedeploy_alone_shifts_the_alias(template: dict[str, Any]) -> None:
    [(name, alias)] = [(k, v) for k, v in template["Resources"].items() if v["Type"] == ALIAS]
    update = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
    [group] = ids_of(template, GROUP)
    assert update["DeploymentGroupName"] == {"Ref": group}
    assert update["BeforeAllowTrafficHook"]["Ref"] in alias["DependsOn"]
    assert group in alias["DependsOn"]
    assert alias["Properties"]["Name"] == "live"
    assert not any(name in json.dumps(each) for each in of_type(template, GROUP))


def test_traffic_is_taken_back_by_alarms_on_the_new_version(template: dict[str, Any]) -> None:
    group = the(template, GROUP)
    assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    assert group["AlarmConfiguration"]["IgnorePollAlarmFailure"] is False
    assert len(group["AlarmConfiguration"]["Alarms"]) == 2
    found = alarms(template)
    assert {each["Name"] for each in found["Errors"]["Dimensions"]} == {
        "FunctionName",
        "Resource",
        "ExecutedVersion",
    }
    assert (found["Duration"]["ExtendedStatistic"], found["Duration"]["Threshold"]) == ("p99", 48_000)
    # An alarm that still looks at the version before would watch the old code.
    alias = next(each for each in template["Resources"].values() if each["Type"] == ALIAS)
    named = {each["Name"]["Ref"] for each in group["AlarmConfiguration"]["Alarms"]}
    assert named <= set(alias["DependsOn"])


def test_the_hook_knows_the_version_and_the_check(template: dict[str, Any]) -> None:
    told = hook(template)
    assert json.loads(told["RELEASE_CHECK"]) == {
        "event": {"Records": []},
        "answer": {"batchItemFailures": []},
    }
    [version] = ids_of(template, "AWS::Lambda::Version")
    assert told["RELEASED_VERSION"] == {"Ref": version}


def test_a_new_version_changes_the_version_the_hook_and_the_alarms_alone() -> None:
    def release(memory: int) -> dict[str, Any]:
        made = synthesize(
            lambda stack: define(
                stack, function=PythonFunction(stack, "Own", code="order_worker", memory_size=memory)
            )
        )
        found: dict[str, Any] = made["Resources"]
        return found

    before, after = release(512), release(1024)
    kinds = {
        {**before, **after}[name]["Type"] for name in {*before, *after} if before.get(name) != after.get(name)
    }
    assert kinds == {
        "AWS::Lambda::Function",
        "AWS::Lambda::Version",
        "AWS::Lambda::Alias",
        "AWS::CloudWatch::Alarm",
    }


def test_what_codedeploy_may_do_is_this_alias_alone(template: dict[str, Any]) -> None:
    shifting = [each for each in statements(template) if "lambda:UpdateAlias" in json.dumps(each["Action"])]
    assert len(shifting) == 1
    assert "*" not in json.dumps(shifting[0]["Resource"])
    role = next(
        each
        for each in of_type(template, "AWS::IAM::Role")
        if "codedeploy" in json.dumps(each["AssumeRolePolicyDocument"])
    )
    assert "aws:SourceAccount" in json.dumps(role["AssumeRolePolicyDocument"])
    assert "ManagedPolicyArns" not in role


def test_a_source_takes_the_alias_and_a_store_the_release() -> None:
    def build(stack: cdk.Stack) -> None:
        release = define(stack)
        QueueWorker(stack, "Orders", function=release.alias)
        OnDemandTable(stack, "Table", partition_key="pk").connect(release, actions=["dynamodb:PutItem"])
        monitor(stack, release)

    made = synthesize(build)
    [name] = ids_of(made, ALIAS)
    assert name in json.dumps(the(made, "AWS::Lambda::EventSourceMapping")["FunctionName"])
    assert "dynamodb:PutItem" in actions(made)
    assert "Release: failures in release" in json.dumps(the(made, "AWS::CloudWatch::Dashboard"))
    names = [json.dumps(each["Dimensions"][0]["Value"]) for each in of_type(made, "AWS::CloudWatch::Alarm")]
    assert not any(name in each for each in names)


def test_a_python_function_is_invoked_by_its_alias_once_it_is_released() -> None:
    def build(stack: cdk.Stack) -> None:
        function = PythonFunction(stack, "Own", code="order_worker", provisioned_concurrency=2)
        release = define(stack, function=function)
        assert release.alias is function.publish()
        QueueWorker(stack, "Orders", function=function)

    made = synthesize(build)
    assert len(ids_of(made, ALIAS)) == 1
    assert the(made, ALIAS)["ProvisionedConcurrencyConfig"] == {"ProvisionedConcurrentExecutions": 2}


def test_takes_anybodys_function_and_an_alias_of_it() -> None:
    def build(stack: cdk.Stack) -> None:
        function = plain(stack, "Other")
        alias = lambda_.Alias(stack, "Stable", alias_name="stable", version=function.current_version)
        CanaryRelease(stack, "Second", function=alias, check=ReleaseCheck({}))
        define(stack, function=plain(stack))

    made = synthesize(build)
    found = [each for each in made["Resources"].values() if each["Type"] == ALIAS]
    assert {each["Properties"]["Name"] for each in found} == {"stable", "live"}
    assert all("UpdatePolicy" in each for each in found)
    longest = {
        each["Threshold"]
        for each in of_type(made, "AWS::CloudWatch::Alarm")
        if each["MetricName"] == "Duration" and len(each["Dimensions"]) == 3
    }
    assert longest == {7_200}


def test_thresholds_are_options_and_an_alarm_can_be_left_out() -> None:
    def build(stack: cdk.Stack) -> None:
        lines = {"release_duration": cdk.Duration.millis(250), "release_errors": None, "errors": 5}
        assert define(stack, alarm_thresholds=lines).alarms.by_name()["release_errors"] is None

    made = synthesize(build)
    assert alarms(made)["Duration"]["Threshold"] == 250
    assert len(the(made, GROUP)["AlarmConfiguration"]["Alarms"]) == 1


def test_traffic_may_be_shifted_another_way() -> None:
    def build(stack: cdk.Stack) -> None:
        slow = codedeploy.LambdaDeploymentConfig(
            stack,
            "Slow",
            traffic_routing=codedeploy.TimeBasedLinearTrafficRouting(
                interval=cdk.Duration.minutes(10), percentage=5
            ),
        )
        define(stack, deployment_config=slow)

    made = synthesize(build)
    [name] = ids_of(made, "AWS::CodeDeploy::DeploymentConfig")
    assert the(made, GROUP)["DeploymentConfigName"] == {"Ref": name}


def test_grant_invoke_is_for_the_alias() -> None:
    def build(stack: cdk.Stack) -> None:
        role = iam.Role(stack, "Caller", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
        define(stack).grant_invoke(role)

    made = synthesize(build)
    policy = next(each for each in of_type(made, "AWS::IAM::Policy") if "Caller" in json.dumps(each["Roles"]))
    [name] = ids_of(made, ALIAS)
    assert name in json.dumps(policy["PolicyDocument"])


def test_takes_a_key_of_ones_own() -> None:
    made = synthesize(lambda stack: define(stack, encryption_key=kms.Key(stack, "Key")))
    assert all("KmsKeyArn" in each for each in of_type(made, "AWS::Lambda::Function"))


def test_metrics_are_those_of_the_new_version() -> None:
    def build(stack: cdk.Stack) -> None:
        release = define(stack)
        errors, duration = release.metric_release_errors(), release.metric_release_duration()
        assert (errors.statistic, duration.statistic) == ("Sum", "p99")
        assert "ExecutedVersion" in (errors.dimensions or {})

    synthesize(build)


def past_the_alias(stack: cdk.Stack) -> None:
    function = PythonFunction(stack, "Own", code="order_worker")
    QueueWorker(stack, "Orders", function=function)
    define(stack, function=function)


def scheduled_past_the_alias(stack: cdk.Stack) -> None:
    """A schedule invokes by its role: the function has no permission that would tell of it."""
    function = PythonFunction(stack, "Own", code="order_worker")
    every_hour = scheduler.ScheduleExpression.rate(cdk.Duration.hours(1))
    ScheduledJob(stack, "Hourly", function=function, schedule=every_hour)
    define(stack, function=function)


def a_task_past_the_alias(stack: cdk.Stack) -> None:
    function = PythonFunction(stack, "Own", code="order_worker")
    # What LambdaInvoke writes for a function that is not a PythonFunction.
    arn = cdk.Fn.get_att(stack.get_logical_id(cast(Any, function.node.default_child)), "Arn").to_string()
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
    states = {"Work": {**task, "Parameters": {"FunctionName": arn}}}
    role = iam.Role(stack, "MachineRole", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
    definition = stack.to_json_string({"StartAt": "Work", "States": states})
    sfn.CfnStateMachine(stack, "Machine", role_arn=role.role_arn, definition_string=definition)
    define(stack, function=function)


def records_past_the_alias(stack: cdk.Stack) -> None:
    function = PythonFunction(stack, "Own", code="order_worker")
    arn = cdk.Fn.get_att(stack.get_logical_id(cast(Any, function.node.default_child)), "Arn").to_string()
    parameter = {"ParameterName": "LambdaArn", "ParameterValue": f"{arn}:$LATEST"}
    processors = [{"Type": "Lambda", "Parameters": [parameter]}]
    records = cdk.CfnResource(stack, "Records", type="AWS::KinesisFirehose::DeliveryStream")
    destination = {
        "BucketARN": "arn:aws:s3:::records",
        "RoleARN": "arn:aws:iam::111122223333:role/records",
        "ProcessingConfiguration": {"Enabled": True, "Processors": processors},
    }
    records.add_property_override("ExtendedS3DestinationConfiguration", destination)
    define(stack, function=function)


def without_alarms(stack: cdk.Stack) -> None:
    define(stack).group.add_property_override("AlarmConfiguration.Enabled", value=False)


def without_rollback(stack: cdk.Stack) -> None:
    define(stack).group.add_property_override("AutoRollbackConfiguration.Events", ["DEPLOYMENT_FAILURE"])


def of_another_stack(stack: cdk.Stack) -> None:
    other = cdk.Stack(cast(cdk.App, stack.node.root), "Other")
    define(stack, function=plain(other))


REFUSED: dict[str, tuple[Callable[[cdk.Stack], object], str]] = {
    "at once": (
        lambda stack: define(stack, deployment_config=codedeploy.LambdaDeploymentConfig.ALL_AT_ONCE),
        "Test/Release: deployment_config must be canary or linear, got all at once; "
        "leave it out for 10 % in five minutes; CodeDeploy ends it before an alarm can fire",
    ),
    "no alarm": (
        lambda stack: define(stack, alarm_thresholds={"release_errors": None, "release_duration": None}),
        "Test/Release: alarm_thresholds must be given for release_errors or release_duration, "
        "got None for both; leave one of them in: without it nothing takes the traffic back",
    ),
    "no alarm that is computed": (
        lambda stack: define(stack, function=unreadable(stack), alarm_thresholds={"release_errors": None}),
        "Test/Release: alarm_thresholds must be given for release_errors or release_duration, "
        "got none that can be computed; "
        "give release_duration, since the timeout of the function cannot be read",
    ),
    "imported": (
        lambda stack: define(
            stack, function=lambda_.Function.from_function_name(stack, "Imported", "theirs")
        ),
        "Test/Release: function must be one of this stack, got an imported one; "
        "define the release beside the function: each release changes both",
    ),
    "of another stack": (
        of_another_stack,
        "Test/Release: function must be one of this stack, got one of another stack; "
        "define the release beside the function: each release changes both",
    ),
    "a version": (
        lambda stack: define(stack, function=plain(stack).current_version),
        "Test/Release: function must be what can be shifted, got a version; "
        "pass the function, or an alias of it",
    ),
    "long": (
        lambda stack: define(stack, check=ReleaseCheck({"text": "x" * 3_000})),
        "Test/Release: check must be at most 3000 characters of JSON, got 3037; "
        "ask for less; the whole is tested before the release",
    ),
    "no JSON": (
        lambda stack: define(stack, check=ReleaseCheck({"at": {1, 2}})),
        "Test/Release: check must be what JSON can tell, got Object of type set is not JSON serializable; "
        "take text, numbers, lists and mappings",
    ),
    "timeout": (
        lambda stack: define(stack, check=ReleaseCheck({}, timeout=cdk.Duration.minutes(5))),
        "Test/Release: check.timeout in seconds must be between 1 and 240, got 300; a check is one short call",
    ),
    "past the alias": (
        past_the_alias,
        "Test/Release: function must be invoked by its alias alone, got OrdersSourceA1118721, which names "
        "the function itself; "
        "give it the release's alias, or the PythonFunction after its release was defined",
    ),
    "scheduled past the alias": (
        scheduled_past_the_alias,
        "Test/Release: function must be invoked by its alias alone, got HourlyScheduleB9ECFDA1, which names "
        "the function itself; "
        "give it the release's alias, or the PythonFunction after its release was defined",
    ),
    "a task past the alias": (
        a_task_past_the_alias,
        "Test/Release: function must be invoked by its alias alone, got Machine, which names the function "
        "itself; give it the release's alias, or the PythonFunction after its release was defined",
    ),
    "records past the alias": (
        records_past_the_alias,
        "Test/Release: function must be invoked by its alias alone, got Records, which names the function "
        "itself; give it the release's alias, or the PythonFunction after its release was defined",
    ),
    "without alarms": (
        without_alarms,
        "Test/Release: AlarmConfiguration must be enabled, with alarms, got an override; "
        "take the override back: nothing would take the traffic back",
    ),
    "without rollback": (
        without_rollback,
        "Test/Release: AutoRollbackConfiguration must be enabled for DEPLOYMENT_STOP_ON_ALARM, got an "
        "override; take the override back: nothing would take the traffic back",
    ),
}


def unreadable(stack: cdk.Stack) -> lambda_.Function:
    function = plain(stack)
    timeout = cdk.CfnParameter(stack, "Timeout", type="Number", default=3)
    cast(lambda_.CfnFunction, function.node.default_child).timeout = timeout.value_as_number
    return function


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    build, message = REFUSED[case]
    with pytest.raises(Exception, match=re.escape(message)):
        synthesize(build)


@pytest.mark.parametrize(
    ("case", "rule"),
    [
        ("past the alias", "released-alias"),
        ("scheduled past the alias", "released-alias"),
        ("a task past the alias", "released-alias"),
        ("records past the alias", "released-alias"),
        ("without alarms", "release-rollback"),
        ("without rollback", "release-rollback"),
    ],
)
def test_check_finds_the_same_in_the_template(case: str, rule: str, tmp_path: Any) -> None:
    app = cdk.App(outdir=str(tmp_path))
    REFUSED[case][0](cdk.Stack(app, "Test"))
    with pytest.raises(RuntimeError):
        app.synth()
    assert rule in {each.rule for each in check(load([tmp_path]))}


def test_check_finds_nothing_in_what_is_not_refused(tmp_path: Any) -> None:
    app = cdk.App(outdir=str(tmp_path))
    stack = cdk.Stack(app, "Test")
    QueueWorker(stack, "Orders", function=define(stack).alias)
    app.synth()
    found = {each.rule for each in check(load([tmp_path]))}
    assert not found & {"released-alias", "release-rollback", "function-on-latest", "function-calls-function"}


def test_a_refusal_names_the_rule() -> None:
    with pytest.raises(RefusedError) as refused:
        synthesize(REFUSED["no alarm"][0])
    assert refused.value.rule == "release-rollback"


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "canary_release")
