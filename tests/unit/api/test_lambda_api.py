import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms

from tests.templates import of_type
from wellmade.api import Cors, LambdaApi, NoAuthorizer, Route, Throttle
from wellmade.foundation import PythonFunction, monitor
from wellmade.testing import synthesize


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    routes = ["POST /orders", "GET /orders/{id}"]
    return synthesize(lambda stack: LambdaApi(stack, "Orders", function="order_intake", routes=routes))


def routes_in(template: dict[str, Any]) -> dict[str, str]:
    routes = of_type(template, "AWS::ApiGatewayV2::Route")
    return {route["RouteKey"]: route["AuthorizationType"] for route in routes}


def test_every_route_asks_for_a_signature(template: dict[str, Any]) -> None:
    assert routes_in(template) == {"POST /orders": "AWS_IAM", "GET /orders/{id}": "AWS_IAM"}


def test_the_stage_is_throttled_and_logs_no_secrets(template: dict[str, Any]) -> None:
    [stage] = of_type(template, "AWS::ApiGatewayV2::Stage")
    settings = stage["DefaultRouteSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (50, 100)
    line = json.loads(stage["AccessLogSettings"]["Format"])
    assert line["status"] == "$context.status"
    assert not [value for value in line.values() if "header" in value.lower() or "body" in value.lower()]


def test_the_function_gives_up_before_the_api_does(template: dict[str, Any]) -> None:
    [integration] = of_type(template, "AWS::ApiGatewayV2::Integration")
    [function] = of_type(template, "AWS::Lambda::Function")
    assert function["Timeout"] * 1000 < integration["TimeoutInMillis"] == 30_000


def test_one_permission_lets_this_api_alone_invoke(template: dict[str, Any]) -> None:
    [permission] = of_type(template, "AWS::Lambda::Permission")
    assert permission["Principal"] == "apigateway.amazonaws.com"
    [api] = [n for n, r in template["Resources"].items() if r["Type"] == "AWS::ApiGatewayV2::Api"]
    assert {"Ref": api} in permission["SourceArn"]["Fn::Join"][1]


def test_alarms_on_all_that_can_go_wrong(template: dict[str, Any]) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    assert {(each["Namespace"], each["MetricName"]) for each in alarms} == {
        ("AWS/ApiGateway", "5xx"),
        ("AWS/ApiGateway", "Latency"),
        ("AWS/Lambda", "Errors"),
        ("AWS/Lambda", "Throttles"),
        ("AWS/Lambda", "Duration"),
        ("AWS/Lambda", "ConcurrentExecutions"),
        ("Wellmade/Api", "ThrottledRequests"),
    }
    [latency] = [each for each in alarms if each["MetricName"] == "Latency"]
    assert (latency["ExtendedStatistic"], latency["Threshold"]) == ("p99", 5000)


def test_refused_requests_are_counted_under_what_the_alarm_looks_at(template: dict[str, Any]) -> None:
    [counted] = of_type(template, "AWS::Logs::MetricFilter")
    [transformation] = counted["MetricTransformations"]
    [alarm] = [
        a for a in of_type(template, "AWS::CloudWatch::Alarm") if a["MetricName"] == "ThrottledRequests"
    ]
    assert [each["Key"] for each in transformation["Dimensions"]] == [d["Name"] for d in alarm["Dimensions"]]
    [stage] = of_type(template, "AWS::ApiGatewayV2::Stage")
    line = json.loads(stage["AccessLogSettings"]["Format"])
    assert {"apiId", "status"} <= line.keys()


def test_route_ids_do_not_depend_on_their_order(template: dict[str, Any]) -> None:
    turned = synthesize(
        lambda stack: LambdaApi(
            stack, "Orders", function="order_intake", routes=["GET /orders/{id}", "PUT /more", "POST /orders"]
        )
    )
    named = {
        each["Properties"]["RouteKey"]: name
        for name, each in turned["Resources"].items()
        if each["Type"] == "AWS::ApiGatewayV2::Route"
    }
    assert template["Resources"].keys() <= turned["Resources"].keys()
    assert template["Resources"][named["POST /orders"]]["Properties"]["RouteKey"] == "POST /orders"


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "lambda_api")


def test_routes_have_functions_and_limits_of_their_own(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    api = LambdaApi(
        stack,
        "Shop",
        function="order_intake",
        routes={
            "POST /orders": Route(throttle=Throttle(rate_limit=5, burst_limit=10)),
            "POST /clicks": "click_intake",
            "$default": Route(authorizer=NoAuthorizer("The start page is for everybody.")),
        },
    )
    template = synth()
    assert len(of_type(template, "AWS::Lambda::Function")) == len(set(map(id, api.functions.values()))) == 2
    assert len(of_type(template, "AWS::Lambda::Permission")) == 2
    assert routes_in(template)["$default"] == "NONE"
    [stage] = [r for r in template["Resources"].values() if r["Type"] == "AWS::ApiGatewayV2::Stage"]
    assert stage["Properties"]["RouteSettings"] == {
        "POST /orders": {
            "DetailedMetricsEnabled": True,
            "ThrottlingBurstLimit": 10,
            "ThrottlingRateLimit": 5,
        }
    }
    routes = [n for n, r in template["Resources"].items() if r["Type"] == "AWS::ApiGatewayV2::Route"]
    assert set(routes) <= set(stage["DependsOn"])


def test_grants_one_route_with_its_path_parameters(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    caller = PythonFunction(stack, "Caller", code="order_worker")
    api = LambdaApi(stack, "Orders", function="order_intake", routes=["POST /orders", "GET /orders/{id}"])
    api.grant_invoke(caller, route="GET /orders/{id}")
    [policy] = of_type(synth(), "AWS::IAM::Policy")
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "execute-api:Invoke"
    assert statement["Resource"]["Fn::Join"][1][-1] == "/$default/GET/orders/*"


def test_grants_only_routes_that_are_signed(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    caller = PythonFunction(stack, "Caller", code="order_worker")
    open_to_all = Route(authorizer=NoAuthorizer("A status page."))
    routes = {"ANY /orders/{proxy+}": Route(), "GET /status": open_to_all}
    LambdaApi(stack, "Orders", function="order_intake", routes=routes).grant_invoke(caller)
    [policy] = of_type(synth(), "AWS::IAM::Policy")
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Resource"]["Fn::Join"][1][-1] == "/$default/*/orders/*"


def test_connects_a_workload(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    caller = PythonFunction(stack, "Caller", code="order_worker")
    api = LambdaApi(stack, "Orders", function="order_intake", routes=["POST /orders"])
    api.connect(caller, prefix="ORDERS_")
    template = synth()
    variables = [
        f["Environment"]["Variables"]
        for f in of_type(template, "AWS::Lambda::Function")
        if "ORDERS_API_URL" in f["Environment"]["Variables"]
    ]
    assert len(variables) == 1
    [policy] = of_type(template, "AWS::IAM::Policy")
    assert policy["PolicyDocument"]["Statement"][0]["Action"] == "execute-api:Invoke"


def test_pages_of_a_shop_may_call_it(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    cors = Cors(["https://shop.example"], allow_credentials=True)
    routes = ["POST /orders", "ANY /carts", "$default"]
    LambdaApi(stack, "Orders", function="order_intake", routes=routes, cors=cors)
    template = synth()
    [api] = of_type(template, "AWS::ApiGatewayV2::Api")
    assert api["CorsConfiguration"]["AllowOrigins"] == ["https://shop.example"]
    assert api["CorsConfiguration"]["AllowCredentials"] is True
    # What takes every method would ask preflights for a signature.
    assert {key for key, kind in routes_in(template).items() if kind == "NONE"} == {
        "OPTIONS /carts",
        "OPTIONS /{proxy+}",
    }


def test_encrypts_logs_with_ones_own_key(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    key = kms.Key(stack, "Key")
    LambdaApi(stack, "Orders", function="order_intake", routes=["POST /orders"], encryption_key=key)
    template = synth()
    groups = of_type(template, "AWS::Logs::LogGroup")
    assert [each["KmsKeyId"] for each in groups] == [{"Fn::GetAtt": ["Key961B73FD", "Arn"]}] * 2
    [policy] = [key["KeyPolicy"] for key in of_type(template, "AWS::KMS::Key") if "logs." in json.dumps(key)]
    assert policy["Statement"][-1]["Action"][0] == "kms:Encrypt"


def test_alarms_are_tuned_by_name(stack: cdk.Stack) -> None:
    api = LambdaApi(
        stack,
        "Orders",
        function="order_intake",
        routes=["POST /orders"],
        alarm_thresholds={
            "latency": cdk.Duration.seconds(2),
            "client_errors": 100,
            "throttled_requests": None,
            "errors": None,
        },
    )
    defined = {name for name, alarm in api.alarms.by_name().items() if alarm}
    assert defined == {
        *("server_errors", "latency", "client_errors", "throttles", "duration", "concurrency"),
    }
    resource: Any = api.alarms.latency.node.default_child
    assert resource.threshold == 2000
    assert api.node.try_find_child("ThrottledRequestsCount") is None


def test_is_monitored(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    api = LambdaApi(stack, "Shop", routes={"POST /orders": "order_intake", "POST /clicks": "click_intake"})
    shown = monitor(stack, api)
    assert shown.composite_alarm is not None
    # Those of both functions, too.
    assert len(list(api.alarms)) == 11
    [dashboard] = of_type(synth(), "AWS::CloudWatch::Dashboard")
    assert "Shop: latency" in json.dumps(dashboard)


def test_metrics_are_those_of_this_api(stack: cdk.Stack) -> None:
    api = LambdaApi(stack, "Orders", function="order_intake", routes=["POST /orders"])
    metrics = [
        api.metric_requests(),
        api.metric_server_errors(),
        api.metric_client_errors(),
        api.metric_latency(),
    ]
    assert [each.metric_name for each in metrics] == ["Count", "5xx", "4xx", "Latency"]
    assert {str(each.dimensions) for each in metrics} == {str({"ApiId": api.api_id})}
