import json
from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from tests.templates import actions, ids_of, of_type, stateful, statements, the
from tests.unit.api.templates import plain_function, template_of
from wellmade.api import JwtAuthorizer, TenantApi, Tier
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
    assert "job#$util.escapeJavaScript($owner)" in sent(template, "GET")


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


def test_a_workload_sends_as_a_tenant_whose_key_it_reads(stack: cdk.Stack, synth: Synth) -> None:
    api = define(stack)
    api.connect(plain_function(stack, "Client"), tenant="bolt")
    template = synth()
    [client] = [
        each["Environment"]["Variables"]
        for each in of_type(template, "AWS::Lambda::Function")
        if "API_URL" in each.get("Environment", {}).get("Variables", {})
    ]
    key = named(template, "AWS::ApiGateway::ApiKey", "bolt")
    assert client["API_KEY_ID"] == {"Ref": key}
    found = {str(each["Action"]): json.dumps(each["Resource"]) for each in statements(template, "Client")}
    assert set(found) == {"execute-api:Invoke", "apigateway:GET"}
    assert f'::/apikeys/", {{"Ref": "{key}"}}' in found["apigateway:GET"]


def test_who_hands_out_a_key_reads_that_one(stack: cdk.Stack, synth: Synth) -> None:
    api = define(stack)
    role = iam.Role(stack, "Desk", assumed_by=iam.AccountPrincipal("111122223333"))
    api.grant_read_key(role, "acme")
    template = synth()
    [one] = statements(template, "Desk")
    assert one["Action"] == "apigateway:GET"
    assert named(template, "AWS::ApiGateway::ApiKey", "acme") in json.dumps(one["Resource"])


def test_metrics_are_told_by_tenant(stack: cdk.Stack) -> None:
    api = define(stack)
    requests = api.metric_tenant_requests("bolt")
    assert (requests.metric_name, requests.namespace) == ("TenantRequests", "Wellmade/Api")
    assert stack.resolve(api.metric_waiting_jobs("bolt").dimensions) == stack.resolve(
        api.metric_waiting_jobs("corner").dimensions
    )
    assert [graph.title for graph in api.graphs] == [
        "requests",
        "failures",
        "requests by tenant",
        "jobs",
        "failures of the worker",
    ]


def test_everything_that_is_kept_takes_the_users_key(stack: cdk.Stack, synth: Synth) -> None:
    define(stack, encryption_key=kms.Key(stack, "Their"))
    template = synth()
    assert all("KmsMasterKeyId" in each for each in of_type(template, "AWS::SQS::Queue"))
    assert {"kms:Decrypt", "kms:GenerateDataKey"} < actions(template, "ApiRole")


def test_alarms_have_names_and_can_be_left_out(stack: cdk.Stack) -> None:
    api = define(stack)
    assert {name for name, alarm in api.alarms.by_name().items() if alarm} == {
        *("server_errors", "dead_letters", "untold_failures", "throttle_errors"),
        *("errors", "throttles", "duration"),
        *("oldest_message of tier free", "oldest_message of acme"),
        *("anomaly of acme", "anomaly of bolt", "anomaly of corner"),
    }
    assert api.queue_alarms["bolt"] is api.queue_alarms["corner"]
    assert set(api.anomaly_alarms) == set(TENANTS)


def test_no_alarm_is_left_where_none_is_wanted(stack: cdk.Stack, synth: Synth) -> None:
    names = ("server_errors", "dead_letters", "untold_failures", "oldest_message", "throttle_errors")
    quiet = {"free": Tier(anomaly_factor=None)}
    api = define(stack, tiers=quiet, tenants={"bolt": "free"}, alarm_thresholds=dict.fromkeys(names))
    assert {name for name, alarm in api.alarms.by_name().items() if alarm} == {
        "errors",
        "throttles",
        "duration",
    }
    assert api.automatic_throttle is None
    assert not ids_of(synth(), "AWS::Events::Rule")


def test_another_tenant_or_tier_deletes_and_replaces_nothing() -> None:
    def kept(**more: Any) -> dict[str, Any]:
        app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
        stack = cdk.Stack(app, "Test")
        define(stack, **more)
        template = template_of(stack)
        keys = dict.fromkeys(ids_of(template, "AWS::ApiGateway::ApiKey"), "a key")
        return {**stateful(template), **keys}

    before = kept()
    more = kept(
        tiers={**TIERS, "team": Tier()}, tenants={"first": "team", "giant": "large", **TENANTS}, batch_size=3
    )
    assert before.items() <= more.items()


def new_app() -> cdk.App:
    return cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)


def new_stack(**options: Any) -> cdk.Stack:
    return cdk.Stack(new_app(), "Test", **options)


def test_works_in_a_nested_stack() -> None:
    outer = new_stack()
    define(cdk.NestedStack(outer, "Nested"))
    assert template_of(outer)["Resources"]


def test_nothing_changes_in_a_stage_or_under_another_id() -> None:
    def defined(scope: Any, construct_id: str) -> dict[str, Any]:
        stack = cdk.Stack(scope, construct_id, stack_name="shop")
        define(stack)
        return template_of(stack)

    direct = defined(new_app(), "Shop")
    for other in (defined(cdk.Stage(new_app(), "Production"), "Shop"), defined(new_app(), "Renamed")):
        assert stateful(other) == stateful(direct)
        assert throttle_of(other)[0]["TENANT_ALARMS"] == throttle_of(direct)[0]["TENANT_ALARMS"]


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1"])
def test_names_the_partition(region: str) -> None:
    stack = new_stack(env=cdk.Environment(account="111122223333", region=region))
    define(stack)
    assert "arn:aws:" not in json.dumps(template_of(stack))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tenants": {}}, "tenants, by number, must be between 1 and 90, got 0"),
        ({"tenants": {"Acme": "free"}}, "tenants must be by names of up to 20 lower-case letters"),
        (
            {"tenants": {"acme": "gold"}},
            r"tenants\['acme'\] must be one of free, large, got 'gold'; name a tier that is in tiers",
        ),
        ({"tiers": {"FREE": Tier()}}, "tiers must be by names of up to 20 lower-case letters"),
        ({"tiers": {"free": Tier(0)}}, r"tiers\['free'\].rate_limit must be between 0.1 and 10000, got 0"),
        (
            {"tiers": {"free": Tier(burst_limit=6000)}},
            r"tiers\['free'\].burst_limit must be between 1 and 5000, got 6000; the account has 5000 in all",
        ),
        ({"tiers": {"free": Tier(quota=0)}}, r"tiers\['free'\].quota must be at least 1, got 0"),
        (
            {"tiers": {"free": Tier(quota_period="YEAR")}},  # type: ignore[arg-type] # what is refused
            r"tiers\['free'\].quota_period must be one of DAY, WEEK, MONTH, got 'YEAR'",
        ),
        (
            {"tiers": {"free": Tier(max_concurrency=1)}},
            r"tiers\['free'\].max_concurrency must be between 2 and 1000, got 1; an SQS source runs at least two",
        ),
        (
            {"tiers": {"free": Tier(anomaly_factor=1)}},
            r"tiers\['free'\].anomaly_factor must be over 1, got 1; 5 suits most; None throttles nobody",
        ),
        (
            {"tiers": {"free": Tier(5, throttled_rate=6)}},
            r"tiers\['free'\].throttled_rate must be between 0.01 and 5, got 6; a tenth of rate_limit suits most",
        ),
        (
            {"authorizer": JwtAuthorizer("https://login.example/", ["web"])},
            "authorizer must be one that REST APIs have, got a JwtAuthorizer",
        ),
        ({"path": "/jobs/"}, "path must be a path without outer slashes and parameters, got '/jobs/'"),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    given = {"tenants": {"acme": "free"}, **options} if "tiers" in options else options
    with pytest.raises(ValueError, match=f"^Test/Reports: {message}"):
        define(stack, **given)


@pytest.mark.parametrize("call", ["connect", "grant_read_key", "metric_tenant_requests"])
def test_refuses_a_tenant_that_there_is_not(stack: cdk.Stack, call: str) -> None:
    api, other = define(stack), plain_function(stack, "Client")
    calls: dict[str, Callable[[], object]] = {
        "connect": lambda: api.connect(other, tenant="bolz"),
        "grant_read_key": lambda: api.grant_read_key(other, "bolz"),
        "metric_tenant_requests": lambda: api.metric_tenant_requests("bolz"),
    }
    message = (
        "^Test/Reports: tenant must be one of acme, bolt, corner, got 'bolz'; write it as it is in tenants$"
    )
    with pytest.raises(ValueError, match=message):
        calls[call]()


def test_refuses_queues_that_take_more_than_the_worker_reserves(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    worker = PythonFunction(stack, "Own", code="report_worker", reserved_concurrency=3)
    define(stack, function=worker)
    assert "at most 3, the function's reservation, in sum over its queues" in refused()


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (
            lambda api: api.tenants["bolt"].plan.add_property_deletion_override("Throttle"),
            "Test/Reports: throttle of bolt must be set on its usage plan, got none for RateLimit and "
            "BurstLimit; take the override back: this tenant could use up the stage for all others",
        ),
        (
            lambda api: api.tenants["bolt"].key.add_property_override("Value", "correct-horse-battery"),
            "Test/Reports: key of bolt must be made by API Gateway, got a value in the template; "
            "take the override back: whoever reads the template could call as this tenant",
        ),
        (
            lambda api: api.api.deployment_stage.node.default_child.add_property_deletion_override(
                "MethodSettings"
            ),
            "Test/Reports: throttle must be set on the stage, got none for ThrottlingRateLimit and "
            "ThrottlingBurstLimit; take the override back: tenants would share what the account's other "
            "APIs leave",
        ),
    ],
    ids=["plan", "key", "stage"],
)
def test_refuses_what_an_override_takes_away_and_check_sees_it(
    stack: cdk.Stack, refused: Callable[[], str], break_it: Callable[[TenantApi], None], message: str
) -> None:
    break_it(define(stack))
    assert message in refused()
