import json
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from tests.templates import actions, ids_of, of_type, statements, the
from wellmade.api import TenantApi, Tier
from wellmade.foundation import PythonFunction
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]
TIERS = {"free": Tier(1, 2, quota=1000), "large": Tier(50, 100, own_queue=True)}
TENANTS = {"acme": "large", "bolt": "free", "corner": "free"}


def define(stack: cdk.Stack, **more: Any) -> TenantApi:
    options = {"function": "report_worker", "tiers": TIERS, "tenants": TENANTS, **more}
    return TenantApi(stack, "Reports", **options)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def methods(template: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["HttpMethod"]: each for each in of_type(template, "AWS::ApiGateway::Method")}


def sent(template: Mapping[str, Any], method: str) -> str:
    """What a method sends; ids of resources stand for their values."""
    parts = methods(template)[method]["Integration"]["RequestTemplates"]["application/json"]["Fn::Join"][1]
    return "".join(each if isinstance(each, str) else f"<{each['Ref']}>" for each in parts)


def named(template: Mapping[str, Any], kind: str, part: str) -> str:
    [found] = [name for name in ids_of(template, kind) if part in name]
    return found


def test_each_tenant_has_a_key_and_a_plan_with_the_limits_of_its_tier(template: dict[str, Any]) -> None:
    assert len(ids_of(template, "AWS::ApiGateway::ApiKey")) == 3
    plans = {
        name: each["Properties"]
        for name, each in template["Resources"].items()
        if each["Type"] == "AWS::ApiGateway::UsagePlan"
    }
    acme = plans[named(template, "AWS::ApiGateway::UsagePlan", "acme")]
    bolt = plans[named(template, "AWS::ApiGateway::UsagePlan", "bolt")]
    assert acme["Throttle"] == {"RateLimit": 50, "BurstLimit": 100}
    assert "Quota" not in acme
    assert bolt["Throttle"] == {"RateLimit": 1, "BurstLimit": 2}
    assert bolt["Quota"] == {"Limit": 1000, "Period": "MONTH"}
    [stage] = ids_of(template, "AWS::ApiGateway::Stage")
    assert {json.dumps(each["ApiStages"][0]["Stage"]) for each in plans.values()} == {
        json.dumps({"Ref": stage})
    }
    assert len(of_type(template, "AWS::ApiGateway::UsagePlanKey")) == 3


def test_the_stage_lets_pass_what_all_may_ask_for_together(template: dict[str, Any]) -> None:
    [settings] = the(template, "AWS::ApiGateway::Stage")["MethodSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (52, 104)


def test_the_stage_lets_pass_no_more_than_the_account(stack: cdk.Stack, synth: Synth) -> None:
    define(stack, tiers={"large": Tier(9000, 4000)}, tenants={"acme": "large", "bolt": "large"})
    [settings] = the(synth(), "AWS::ApiGateway::Stage")["MethodSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (10_000, 5000)


def test_nobody_asks_without_a_key_and_a_signature(template: dict[str, Any]) -> None:
    for each in methods(template).values():
        assert (each["ApiKeyRequired"], each["AuthorizationType"]) == (True, "AWS_IAM")


def test_no_value_of_a_key_is_written_down(template: dict[str, Any]) -> None:
    assert not [each for each in of_type(template, "AWS::ApiGateway::ApiKey") if "Value" in each]
    assert "identity.apiKey}" not in json.dumps(template)
    assert '$context.identity.apiKey\\"' not in json.dumps(template)
    assert "x-api-key" not in json.dumps(template).lower()


def test_the_key_tells_whose_a_job_is_and_where_it_waits(template: dict[str, Any]) -> None:
    text = sent(template, "PUT")
    keys = {name: named(template, "AWS::ApiGateway::ApiKey", name) for name in TENANTS}
    own = named(template, "AWS::SQS::Queue", "TenantsacmeMessages")
    shared = named(template, "AWS::SQS::Queue", "TiersfreeMessages")
    assert f'#if($key == "<{keys["acme"]}>")#set($owner = "acme")#set($queue = "<{own}>")' in text
    for name in ("bolt", "corner"):
        asked = f'#elseif($key == "<{keys[name]}>")#set($owner = "{name}")#set($queue = "<{shared}>")'
        assert asked in text
    assert '#else#set($owner = "")#set($queue = "")#end' in text
    assert "&QueueUrl=$util.urlEncode($queue)&MessageGroupId=$util.urlEncode($owner)" in text
    assert "job#$util.escapeJavaScript($owner)#" in sent(template, "GET")


def test_each_queue_has_a_share_of_the_worker_that_no_other_one_takes(template: dict[str, Any]) -> None:
    worker = named(template, "AWS::Lambda::Function", "Worker")
    reserved = template["Resources"][worker]["Properties"]["ReservedConcurrentExecutions"]
    sources = [
        each
        for each in of_type(template, "AWS::Lambda::EventSourceMapping")
        if each["FunctionName"] == {"Ref": worker}
    ]
    shares = [each["ScalingConfig"]["MaximumConcurrency"] for each in sources]
    assert shares == [5, 5]
    assert sum(shares) <= reserved


def test_a_tier_says_its_share(stack: cdk.Stack, synth: Synth) -> None:
    worker = PythonFunction(stack, "Own", code="report_worker", reserved_concurrency=8)
    tiers = {"free": Tier(max_concurrency=2), "large": Tier(max_concurrency=6, own_queue=True)}
    define(stack, function=worker, tiers=tiers, tenants={"acme": "large", "bolt": "free"})
    [own] = [name for name in ids_of(synth(), "AWS::Lambda::Function") if name.startswith("Own")]
    shares = sorted(
        each["ScalingConfig"]["MaximumConcurrency"]
        for each in of_type(synth(), "AWS::Lambda::EventSourceMapping")
        if each["FunctionName"] == {"Ref": own}
    )
    assert shares == [2, 6]


def test_requests_are_counted_by_tenant_and_too_many_are_an_anomaly(template: dict[str, Any]) -> None:
    log = the(template, "AWS::ApiGateway::Stage")["AccessLogSetting"]["Format"]
    assert json.loads(log)["apiKeyId"] == "$context.identity.apiKeyId"
    [metric] = the(template, "AWS::Logs::MetricFilter")["MetricTransformations"]
    assert metric["Dimensions"] == [{"Key": "ApiKeyId", "Value": "$.apiKeyId"}]
    alarm = template["Resources"][named(template, "AWS::CloudWatch::Alarm", "boltAnomaly")]["Properties"]
    key = named(template, "AWS::ApiGateway::ApiKey", "bolt")
    assert alarm["Dimensions"] == [{"Name": "ApiKeyId", "Value": {"Ref": key}}]
    assert (alarm["Threshold"], alarm["Period"], alarm["Statistic"]) == (300, 60, "Sum")


def throttle_of(template: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """Return the variables of what throttles, ids standing for values."""
    function = template["Resources"][named(template, "AWS::Lambda::Function", "ThrottleFunction")]
    variables = function["Properties"]["Environment"]["Variables"]
    parts = variables["TENANT_PLANS"]["Fn::Join"][1]
    plans = "".join(each if isinstance(each, str) else each["Ref"] for each in parts)
    return variables, plans


def test_what_throttles_knows_limits_plans_and_alarms(template: dict[str, Any]) -> None:
    variables, plans = throttle_of(template)
    told = json.loads(plans)
    assert told["free"] == {
        "rate_limit": 1,
        "burst_limit": 2,
        "throttled_rate": 0.1,
        "plans": {each: named(template, "AWS::ApiGateway::UsagePlan", each) for each in ("bolt", "corner")},
    }
    assert told["large"]["throttled_rate"] == 5
    alarms = {
        each["AlarmName"] for each in of_type(template, "AWS::CloudWatch::Alarm") if "AlarmName" in each
    }
    assert alarms == {f"{variables['TENANT_ALARMS']}{tenant}" for tenant in TENANTS}
    assert the(template, "AWS::Events::Rule")["ScheduleExpression"] == "rate(1 minute)"


def test_what_throttles_may_change_the_plans_of_these_tenants_alone(template: dict[str, Any]) -> None:
    found = {
        str(each["Action"]): json.dumps(each["Resource"])
        for each in statements(template, "ThrottleFunctionRole")
    }
    changed = found["apigateway:PATCH"]
    for plan in ids_of(template, "AWS::ApiGateway::UsagePlan"):
        assert plan in changed
    assert "*" not in changed
    assert found["apigateway:GET"].endswith('::/usageplans"]]}')
    assert f":alarm:{throttle_of(template)[0]['TENANT_ALARMS']}*" in found["cloudwatch:DescribeAlarms"]


def test_grants_the_api_one_call_each_and_the_worker_its_own(template: dict[str, Any]) -> None:
    found = [each["Action"] for each in statements(template, "ApiRole")]
    assert found == ["sqs:SendMessage", "dynamodb:GetItem"]
    worker = {each for each in actions(template, "Worker") if each.startswith("dynamodb:")}
    assert worker == {"dynamodb:UpdateItem"}


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "tenant_api")
