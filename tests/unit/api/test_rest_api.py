import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_wafv2 as wafv2

from tests.templates import ids_of, of_type, the
from wellmade.api import ApiLogRole, Cors, LambdaApi, NoAuthorizer, Route, Throttle
from wellmade.foundation import PythonFunction
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]
ORDER = {"type": "object", "required": ["order_id"], "properties": {"order_id": {"type": "string"}}}
CREATED = {"POST /orders": Route(request_schema=ORDER), "GET /orders/{id}": Route()}


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(
        lambda stack: LambdaApi(stack, "Orders", kind="rest", function="order_intake", routes=CREATED)
    )


def methods_in(template: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    parts = {
        name: each["Properties"]["PathPart"]
        for name, each in template["Resources"].items()
        if each["Type"] == "AWS::ApiGateway::Resource"
    }
    return {
        (each["HttpMethod"], parts.get(each["ResourceId"].get("Ref", ""), "/")): each
        for each in of_type(template, "AWS::ApiGateway::Method")
    }


def test_is_regional_and_leaves_the_accounts_settings_alone(template: dict[str, Any]) -> None:
    assert the(template, "AWS::ApiGateway::RestApi")["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert not of_type(template, "AWS::ApiGateway::Account")
    assert not of_type(template, "AWS::ApiGateway::ApiKey")


def test_bodies_are_checked_whatever_content_type_they_say_they_have(template: dict[str, Any]) -> None:
    method = methods_in(template)["POST", "orders"]
    [model] = ids_of(template, "AWS::ApiGateway::Model")
    assert method["RequestModels"] == {"$default": {"Ref": model}}
    [validator] = ids_of(template, "AWS::ApiGateway::RequestValidator")
    assert method["RequestValidatorId"] == {"Ref": validator}
    schema = the(template, "AWS::ApiGateway::Model")["Schema"]
    assert schema == {"$schema": "http://json-schema.org/draft-04/schema#", **ORDER}


def test_a_changed_schema_is_deployed(template: dict[str, Any]) -> None:
    stricter = {**ORDER, "additionalProperties": False}
    changed = synthesize(
        lambda stack: LambdaApi(
            stack,
            "Orders",
            kind="rest",
            function="order_intake",
            routes={**CREATED, "POST /orders": Route(request_schema=stricter)},
        )
    )
    assert ids_of(template, "AWS::ApiGateway::Deployment") != ids_of(changed, "AWS::ApiGateway::Deployment")


def test_a_changed_authorizer_is_deployed() -> None:
    def deployment(route: Route) -> list[str]:
        routes = {"GET /": route}
        made = synthesize(
            lambda stack: LambdaApi(stack, "Orders", kind="rest", function="order_intake", routes=routes)
        )
        return ids_of(made, "AWS::ApiGateway::Deployment")

    assert deployment(Route()) != deployment(Route(authorizer=NoAuthorizer("A status page.")))


def test_errors_are_json_with_the_requests_id(template: dict[str, Any]) -> None:
    answers = of_type(template, "AWS::ApiGateway::GatewayResponse")
    kinds = {each["ResponseType"]: each["ResponseTemplates"]["application/json"] for each in answers}
    assert kinds.keys() == {"DEFAULT_4XX", "DEFAULT_5XX", "BAD_REQUEST_BODY"}
    for text in kinds.values():
        filled = text.replace("$context.error.messageString", '"Forbidden"')
        assert json.loads(filled)["requestId"] == "$context.requestId"


def test_alarms_look_at_an_api_whose_name_is_its_own(template: dict[str, Any]) -> None:
    name = the(template, "AWS::ApiGateway::RestApi")["Name"]
    [errors] = [a for a in of_type(template, "AWS::CloudWatch::Alarm") if a["MetricName"] == "5XXError"]
    assert {"Name": "ApiName", "Value": name} in errors["Dimensions"]
    assert name.startswith("test-orders-api-")


def test_the_access_log_holds_no_headers_and_bodies(template: dict[str, Any]) -> None:
    line = json.loads(the(template, "AWS::ApiGateway::Stage")["AccessLogSetting"]["Format"])
    assert line["route"] == "$context.httpMethod $context.resourcePath"
    assert not [value for value in line.values() if "header" in value.lower() or "body" in value.lower()]


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "lambda_api_rest")


def test_routes_have_limits_of_their_own(stack: cdk.Stack, synth: Synth) -> None:
    slow = Throttle(rate_limit=1, burst_limit=2)
    routes = {"GET /": Route(throttle=slow), "POST /orders/{id}": Route(throttle=slow)}
    LambdaApi(stack, "Orders", kind="rest", function="order_intake", routes=routes)
    settings = the(synth(), "AWS::ApiGateway::Stage")["MethodSettings"]
    assert {(each["HttpMethod"], each["ResourcePath"], each["ThrottlingRateLimit"]) for each in settings} == {
        ("*", "/*", 50),
        ("GET", "/", 1),
        ("POST", "/~1orders~1{id}", 1),
    }


def test_the_default_route_takes_all_paths(stack: cdk.Stack, synth: Synth) -> None:
    LambdaApi(stack, "Orders", kind="rest", function="order_intake", routes=["$default"])
    template = synth()
    assert set(methods_in(template)) == {("ANY", "/"), ("ANY", "{proxy+}")}
    assert len(of_type(template, "AWS::Lambda::Permission")) == 1


def test_pages_of_a_shop_may_call_it(stack: cdk.Stack, synth: Synth) -> None:
    cors = Cors(["https://shop.example"])
    LambdaApi(
        stack,
        "Orders",
        kind="rest",
        function="order_intake",
        routes=["POST /orders", "PUT /orders"],
        cors=cors,
    )
    template = synth()
    preflight = methods_in(template)["OPTIONS", "orders"]
    assert preflight["AuthorizationType"] == "NONE"
    [answer] = preflight["Integration"]["IntegrationResponses"]
    allowed = answer["ResponseParameters"]["method.response.header.Access-Control-Allow-Methods"]
    assert allowed == "'POST,PUT'"
    for each in of_type(template, "AWS::ApiGateway::GatewayResponse"):
        header = each["ResponseParameters"]["gatewayresponse.header.access-control-allow-origin"]
        assert header == "'https://shop.example'"


def test_waits_longer_where_the_quota_was_raised(stack: cdk.Stack, synth: Synth) -> None:
    report = PythonFunction(stack, "Report", code="order_intake", timeout=cdk.Duration.seconds(90))
    LambdaApi(
        stack,
        "Orders",
        kind="rest",
        function=report,
        routes=["GET /report"],
        integration_timeout_quota=cdk.Duration.seconds(90),
    )
    [method] = [r for r in synth()["Resources"].values() if r["Type"] == "AWS::ApiGateway::Method"]
    assert method["Properties"]["Integration"]["TimeoutInMillis"] == 90_000
    suppressed = {each["rule"] for each in method["Metadata"]["wellmade"]["suppress"]}
    assert suppressed == {"api-integration-timeout"}


def test_a_firewall_stands_before_its_stage(stack: cdk.Stack, synth: Synth) -> None:
    api = LambdaApi(stack, "Orders", kind="rest", function="order_intake", routes=["GET /"])
    wafv2.CfnWebACLAssociation(stack, "Firewall", resource_arn=api.stage_arn, web_acl_arn="arn:of:acl")
    template = synth()
    arn = the(template, "AWS::WAFv2::WebACLAssociation")["ResourceArn"]["Fn::Join"][1]
    [rest] = ids_of(template, "AWS::ApiGateway::RestApi")
    assert {"Ref": rest} in arn
    assert arn[-1].endswith("/stages/prod")


def test_the_accounts_role_for_logs_stays(stack: cdk.Stack, synth: Synth) -> None:
    ApiLogRole(stack, "ApiLogs")
    kept = [
        r
        for r in synth()["Resources"].values()
        if r["Type"] in ("AWS::IAM::Role", "AWS::ApiGateway::Account")
    ]
    assert [each["DeletionPolicy"] for each in kept] == ["Retain", "Retain"]
