import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest

from wellmade.api import LambdaApi
from wellmade.foundation import PythonFunction
from wellmade.testing import synthesize


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(
        lambda stack: LambdaApi(
            stack, "Orders", package="order_intake", routes=["POST /orders", "GET /orders"]
        )
    )


def of_type(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [r["Properties"] for r in template["Resources"].values() if r["Type"] == kind]


def test_every_route_asks_for_a_signature(template: dict[str, Any]) -> None:
    routes = {
        route["RouteKey"]: route["AuthorizationType"]
        for route in of_type(template, "AWS::ApiGatewayV2::Route")
    }
    assert routes == {"POST /orders": "AWS_IAM", "GET /orders": "AWS_IAM"}


def test_the_stage_is_throttled_and_logs_no_secrets(template: dict[str, Any]) -> None:
    [stage] = of_type(template, "AWS::ApiGatewayV2::Stage")
    settings = stage["DefaultRouteSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (50, 100)
    assert "$context.status" in stage["AccessLogSettings"]["Format"]
    assert "authorizer" not in stage["AccessLogSettings"]["Format"]


def test_the_function_gives_up_before_the_api_does(template: dict[str, Any]) -> None:
    [integration] = of_type(template, "AWS::ApiGatewayV2::Integration")
    [function] = of_type(template, "AWS::Lambda::Function")
    assert function["Timeout"] * 1000 < integration["TimeoutInMillis"] == 29_000


def test_grants_this_api_alone_to_invoke(template: dict[str, Any]) -> None:
    [permission] = of_type(template, "AWS::Lambda::Permission")
    assert permission["Principal"] == "apigateway.amazonaws.com"
    [api] = [n for n, r in template["Resources"].items() if r["Type"] == "AWS::ApiGatewayV2::Api"]
    assert {"Ref": api} in permission["SourceArn"]["Fn::Join"][1]


def test_grants_requests(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    caller = PythonFunction(stack, "Caller", package="order_worker")
    LambdaApi(stack, "Orders", package="order_intake", routes=["POST /orders"]).grant_invoke(caller)
    [policy] = of_type(synth(), "AWS::IAM::Policy")
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "execute-api:Invoke"


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "lambda_api")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"routes": []},
            "Test/Orders: routes must be at least one, got none; name one, such as 'POST /orders'",
        ),
        (
            {"routes": ["orders"]},
            "Test/Orders: routes must be a method and a path each, got 'orders'; write it as 'POST /orders'",
        ),
        (
            {"timeout": cdk.Duration.seconds(30)},
            "Test/Orders: timeout must be at most the API's 29 s, got 30 s; "
            "answer 202 and do the work behind a queue",
        ),
        (
            {"requests_per_second": 0},
            "Test/Orders: requests_per_second must be between 0.1 and 10000, got 0; "
            "the account has 10000 in all",
        ),
        (
            {"burst": 6000},
            "Test/Orders: burst must be between 1 and 5000, got 6000; the account has 5000 in all",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        LambdaApi(stack, "Orders", **{"package": "order_intake", "routes": ["POST /orders"], **options})
