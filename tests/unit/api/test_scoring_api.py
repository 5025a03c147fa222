"""A budget that adds up, a function that is warm, and who is told where either is missed."""

import json
import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from tests.templates import actions, ids_of, of_type, statements, the
from tests.unit.api.templates import plain_function, template_of
from wellmade.api import Lookup, ScoringApi
from wellmade.check.run import check
from wellmade.foundation import (
    OnDemandTable,
    ProvisionedConcurrency,
    PythonFunction,
    RefusedError,
    ScheduledScaling,
    monitor,
)
from wellmade.graph import load
from wellmade.testing import synthesize

LOOKUPS = {"profile": Lookup(), "velocity": Lookup(cdk.Duration.millis(10), attempts=2)}
COLD = "function must be one with provisioned concurrency where callers wait 100 ms, got one "


def define(stack: cdk.Stack, **options: Any) -> ScoringApi:
    given = {"function": "product_catalog", "lookups": LOOKUPS, **options}
    return ScoringApi(stack, "Scores", **given)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def variables(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = the(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    return found


def alarm(template: dict[str, Any], metric: str) -> dict[str, Any]:
    [found] = [each for each in of_type(template, "AWS::CloudWatch::Alarm") if each["MetricName"] == metric]
    return found


def test_lookups_share_what_the_others_and_the_code_leave(template: dict[str, Any]) -> None:
    told = variables(template)
    assert (told["LATENCY_BUDGET_SECONDS"], told["OWN_WORK_SECONDS"]) == ("0.1", "0.04")
    assert json.loads(told["LOOKUPS"]) == {
        "profile": {"timeout": 0.04, "attempts": 1},
        "velocity": {"timeout": 0.01, "attempts": 2},
    }


def test_a_budget_that_is_used_up_to_the_last_millisecond_adds_up() -> None:
    lookups = {"a": Lookup(cdk.Duration.millis(20), attempts=3)}
    told = variables(synthesize(lambda stack: define(stack, lookups=lookups)))
    assert json.loads(told["LOOKUPS"]) == {"a": {"timeout": 0.02, "attempts": 3}}


@pytest.mark.parametrize("attempts", [1, 2, 3, 4, 5])
def test_shares_that_are_no_whole_microseconds_add_up(attempts: int) -> None:
    lookups = {"a": Lookup(attempts=attempts), "b": Lookup(attempts=4)}
    told = variables(synthesize(lambda stack: define(stack, lookups=lookups)))
    plan = json.loads(told["LOOKUPS"]).values()
    assert sum(each["timeout"] * each["attempts"] for each in plan) <= 0.06


def test_requests_reach_warm_copies_that_follow_utilization(template: dict[str, Any]) -> None:
    alias = the(template, "AWS::Lambda::Alias")
    assert alias["ProvisionedConcurrencyConfig"] == {"ProvisionedConcurrentExecutions": 2}
    target = the(template, "AWS::ApplicationAutoScaling::ScalableTarget")
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 10)
    policy = the(template, "AWS::ApplicationAutoScaling::ScalingPolicy")
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["PredefinedMetricSpecification"] == {
        "PredefinedMetricType": "LambdaProvisionedConcurrencyUtilization"
    }
    [name] = ids_of(template, "AWS::Lambda::Alias")
    assert name in json.dumps(the(template, "AWS::ApiGatewayV2::Integration")["IntegrationUri"])
    assert the(template, "AWS::ApiGatewayV2::Route")["RouteKey"] == "POST /scores"


def test_alarms_tell_of_the_budget_and_of_what_misses_it(template: dict[str, Any]) -> None:
    latency = alarm(template, "Latency")
    assert (latency["Threshold"], latency["ExtendedStatistic"]) == (100, "p99")
    cold = alarm(template, "ProvisionedConcurrencySpilloverInvocations")
    assert {each["Name"] for each in cold["Dimensions"]} == {"FunctionName", "Resource"}
    unanswered = alarm(template, "UnansweredLookups")
    assert (unanswered["Namespace"], unanswered["Threshold"]) == ("Wellmade", 10)
    assert [each["Name"] for each in unanswered["Dimensions"]] == ["function"]


def test_thresholds_are_options_and_alarms_can_be_left_out() -> None:
    def build(stack: cdk.Stack) -> None:
        lines = {"latency": cdk.Duration.millis(250), "cold_requests": None, "unanswered_lookups": 3}
        found = define(stack, alarm_thresholds=lines).alarms.by_name()
        assert found["cold_requests"] is None
        assert found["errors"] is not None

    made = synthesize(build)
    assert alarm(made, "Latency")["Threshold"] == 250
    assert alarm(made, "UnansweredLookups")["Threshold"] == 3


def test_stores_are_connected_as_to_any_workload() -> None:
    def build(stack: cdk.Stack) -> None:
        OnDemandTable(stack, "Profiles", partition_key="pk").connect(
            define(stack), actions=["dynamodb:GetItem"]
        )

    made = synthesize(build)
    assert "dynamodb:GetItem" in actions(made)
    assert "TABLE_NAME" in variables(made)


def test_grant_invoke_lets_a_caller_ask_and_nothing_else() -> None:
    def build(stack: cdk.Stack) -> None:
        role = iam.Role(stack, "Caller", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
        define(stack).grant_invoke(role)

    granted = [each for each in statements(synthesize(build)) if each["Action"] == "execute-api:Invoke"]
    assert len(granted) == 1


def test_monitor_shows_what_missed_the_budget() -> None:
    def build(stack: cdk.Stack) -> None:
        monitor(stack, define(stack))

    body = json.dumps(the(synthesize(build), "AWS::CloudWatch::Dashboard"))
    assert "Scores: over budget" in body
    assert "ProvisionedConcurrencySpilloverInvocations" in body


def warm_function(stack: cdk.Stack) -> lambda_.Alias:
    function = plain_function(stack, "Theirs")
    return lambda_.Alias(
        stack,
        "Warm",
        alias_name="warm",
        version=function.current_version,
        provisioned_concurrent_executions=3,
    )


def test_takes_an_alias_of_anybodys_function_that_is_warm() -> None:
    made = synthesize(lambda stack: define(stack, function=warm_function(stack)))
    [told] = [
        each["Environment"]["Variables"]
        for each in of_type(made, "AWS::Lambda::Function")
        if "Environment" in each
    ]
    assert told["LATENCY_BUDGET_SECONDS"] == "0.1"
    assert alarm(made, "ProvisionedConcurrencySpilloverInvocations")


def test_a_cold_function_may_answer_where_callers_wait_longer() -> None:
    def build(stack: cdk.Stack) -> None:
        api = define(stack, function=plain_function(stack, "Plain"), budget=cdk.Duration.millis(1_500))
        with pytest.raises(
            RefusedError, match="function must be one with an alias where this metric is shown"
        ):
            api.metric_cold_requests()

    made = synthesize(build)
    assert {each["MetricName"] for each in of_type(made, "AWS::CloudWatch::Alarm")} >= {"Latency"}
    assert alarm(made, "Latency")["Threshold"] == 1500


def test_takes_a_key_of_ones_own() -> None:
    def build(stack: cdk.Stack) -> None:
        define(stack, encryption_key=kms.Key(stack, "Key"))

    assert "KmsKeyArn" in the(synthesize(build), "AWS::Lambda::Function")


def test_works_nested_in_a_stage_and_in_other_partitions() -> None:
    for region in ("cn-north-1", "us-gov-west-1"):
        app = cdk.App()
        stage = cdk.Stage(app, "Test", env=cdk.Environment(account="111122223333", region=region))
        stack = cdk.Stack(stage, "Shop")
        define(stack)
        define(cast(Any, cdk.NestedStack(stack, "Nested")))
        assert "arn:aws:" not in json.dumps(template_of(stack))


def sleeping(stack: cdk.Stack) -> PythonFunction:
    hours = ScheduledScaling(start_hour=7, end_hour=20)
    warm = ProvisionedConcurrency(2, 5, hours=hours)
    return PythonFunction(stack, "Own", code="product_catalog", provisioned_concurrency=warm)


def overridden(stack: cdk.Stack) -> None:
    api = define(stack)
    resource = cast(lambda_.CfnFunction, api.function.node.default_child)
    plan = json.dumps({"profile": {"timeout": 0.05, "attempts": 2}})
    resource.add_property_override("Environment.Variables.LOOKUPS", plan)


def without_warmth(stack: cdk.Stack) -> None:
    alias = cast(Any, define(stack)).function.invocable.node.default_child
    alias.add_property_deletion_override("ProvisionedConcurrencyConfig")


def following_to_zero(stack: cdk.Stack) -> None:
    warm = ProvisionedConcurrency(2, 5)
    function = PythonFunction(stack, "Own", code="product_catalog", provisioned_concurrency=warm)
    define(stack, function=function)
    [target] = [each for each in function.node.find_all() if isinstance(each, autoscaling.CfnScalableTarget)]
    target.add_property_override("MinCapacity", 0)


REFUSED: dict[str, tuple[Callable[[cdk.Stack], object], str]] = {
    "over": (
        lambda stack: define(
            stack,
            lookups={
                "profile": Lookup(cdk.Duration.millis(25), attempts=3),
                "velocity": Lookup(cdk.Duration.millis(10)),
            },
        ),
        "Test/Scores: lookups must be such that all attempts and 40 ms of own work end within 100 ms, "
        "got 3 x 25 ms of profile and 1 x 10 ms of velocity, 125 ms in all; "
        "shorten a timeout, take fewer attempts, or raise the budget",
    ),
    "nothing left": (
        lambda stack: define(
            stack, lookups={"profile": Lookup(cdk.Duration.millis(60)), "velocity": Lookup()}
        ),
        "Test/Scores: lookups must be such that all attempts and 40 ms of own work end within 100 ms, "
        "got 1 x 60 ms of profile and 1 x 1 ms of velocity, 101 ms in all; "
        "shorten a timeout, take fewer attempts, or raise the budget",
    ),
    "own work": (
        lambda stack: define(stack, own_work=cdk.Duration.millis(120)),
        "Test/Scores: own_work in milliseconds must be between 1 and 100, got 120; no code answers in no time",
    ),
    "a job": (
        lambda stack: define(stack, budget=cdk.Duration.seconds(10)),
        "Test/Scores: budget in milliseconds must be between 1 and 3000, got 10000; "
        "let AsyncApi answer at once where it takes longer",
    ),
    "attempts": (
        lambda stack: define(stack, lookups={"profile": Lookup(attempts=0)}),
        "Test/Scores: lookups['profile'].attempts must be between 1 and 5, got 0; "
        "a caller waits for each of them",
    ),
    "no time": (
        lambda stack: define(stack, lookups={"profile": Lookup(cdk.Duration.millis(0))}),
        "Test/Scores: lookups['profile'].timeout must be at least 1 ms, got 0 s; no store answers sooner",
    ),
    "a name": (
        lambda stack: define(stack, lookups={"The profile": Lookup()}),
        "Test/Scores: lookups must be by names in small letters, got 'The profile'; "
        "name what is looked up, as in profile",
    ),
    "warm twice": (
        lambda stack: define(stack, function=warm_function(stack), provisioned_concurrency=5),
        "Test/Scores: provisioned_concurrency must be left out beside a function of your own, got one; "
        "set it on the function, which is kept warm already",
    ),
    "cold": (
        lambda stack: define(stack, function=plain_function(stack, "Plain")),
        f"Test/Scores: {COLD}without; set provisioned_concurrency, or allow more than 100 ms",
    ),
    "snapshot": (
        lambda stack: define(
            stack, function=PythonFunction(stack, "Own", code="product_catalog", snap_start=True)
        ),
        f"Test/Scores: {COLD}without; set provisioned_concurrency, or allow more than 100 ms",
    ),
    "by hours": (
        lambda stack: define(stack, function=sleeping(stack)),
        f"Test/Scores: {COLD}with none at some hours; set provisioned_concurrency, or allow more than 100 ms",
    ),
    "following to zero": (
        following_to_zero,
        f"Test/Scores: {COLD}with none at some hours; set provisioned_concurrency, or allow more than 100 ms",
    ),
    "overridden warmth": (
        without_warmth,
        f"Test/Scores: {COLD}without; set provisioned_concurrency, or allow more than 100 ms",
    ),
    "overridden": (
        overridden,
        "Test/Scores: LOOKUPS must be such that all attempts and own work end within 0.1 s, got 0.14 s; "
        "take back what overrides it, or raise the budget",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    build, message = REFUSED[case]
    with pytest.raises(Exception, match=re.escape(message)):
        synthesize(build)


@pytest.mark.parametrize(
    ("case", "rule"),
    [
        ("cold", "cold-start-budget"),
        ("snapshot", "cold-start-budget"),
        ("by hours", "cold-start-budget"),
        ("following to zero", "cold-start-budget"),
        ("overridden warmth", "cold-start-budget"),
        ("overridden", "timeout-budget"),
    ],
)
def test_check_finds_the_same_in_the_template(case: str, rule: str, tmp_path: Any) -> None:
    app = cdk.App(outdir=str(tmp_path))
    REFUSED[case][0](cdk.Stack(app, "Test"))
    with pytest.raises(RuntimeError):
        app.synth()
    found = {each.rule for each in check(load([tmp_path]))}
    assert rule in found


def test_check_finds_nothing_in_what_is_not_refused(tmp_path: Any) -> None:
    app = cdk.App(outdir=str(tmp_path))
    define(cdk.Stack(app, "Test"))
    app.synth()
    found = {each.rule for each in check(load([tmp_path]))}
    assert not found & {"cold-start-budget", "timeout-budget"}


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "scoring_api")
