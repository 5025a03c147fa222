from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cognito as cognito
from aws_cdk.assertions import Annotations, Match

from tests.templates import ids_of, of_type, the
from tests.unit.api.templates import plain_function
from wellmade.api import (
    AsyncApi,
    CognitoAuthorizer,
    IamAuthorizer,
    JwtAuthorizer,
    LambdaApi,
    LambdaAuthorizer,
    NoAuthorizer,
    Route,
    UploadPortal,
)

Synth = Callable[[], dict[str, Any]]
JWT = JwtAuthorizer(issuer="https://login.example.com/", audience=["shop"])


def test_tokens_of_an_issuer(stack: cdk.Stack, synth: Synth) -> None:
    routes = {
        "GET /orders": Route(scopes=["orders/read"]),
        "POST /orders": Route(scopes=["orders/write"]),
        "POST /jobs": Route(authorizer=IamAuthorizer()),
        "GET /status": Route(authorizer=NoAuthorizer("A status page.")),
    }
    LambdaApi(stack, "Orders", function="order_intake", routes=routes, authorizer=JWT)
    template = synth()
    authorizer = the(template, "AWS::ApiGatewayV2::Authorizer")
    assert authorizer["JwtConfiguration"] == {"Audience": ["shop"], "Issuer": "https://login.example.com/"}
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    asked = {
        each["RouteKey"]: (each["AuthorizationType"], each.get("AuthorizationScopes"))
        for each in of_type(template, "AWS::ApiGatewayV2::Route")
    }
    assert asked == {
        "GET /orders": ("JWT", ["orders/read"]),
        "POST /orders": ("JWT", ["orders/write"]),
        "POST /jobs": ("AWS_IAM", None),
        "GET /status": ("NONE", None),
    }


def test_tokens_of_a_user_pool_over_http(stack: cdk.Stack, synth: Synth) -> None:
    pool = cognito.UserPool(stack, "Pool")
    client = pool.add_client("Shop")
    LambdaApi(
        stack,
        "Orders",
        function="order_intake",
        routes=["GET /"],
        authorizer=CognitoAuthorizer(pool, [client]),
    )
    template = synth()
    token = the(template, "AWS::ApiGatewayV2::Authorizer")["JwtConfiguration"]
    [pool_id] = ids_of(template, "AWS::Cognito::UserPool")
    assert token["Issuer"]["Fn::Join"][1] == [
        "https://cognito-idp.",
        {"Ref": "AWS::Region"},
        ".",
        {"Ref": "AWS::URLSuffix"},
        "/",
        {"Ref": pool_id},
    ]
    [client_id] = ids_of(template, "AWS::Cognito::UserPoolClient")
    assert token["Audience"] == [{"Ref": client_id}]


def test_tokens_of_a_user_pool_over_rest(stack: cdk.Stack, synth: Synth) -> None:
    pool = cognito.UserPool(stack, "Pool")
    LambdaApi(
        stack,
        "Orders",
        kind="rest",
        function="order_intake",
        routes={"GET /": Route(scopes=["orders/read"])},
        authorizer=CognitoAuthorizer(pool),
    )
    template = synth()
    [pool_id] = ids_of(template, "AWS::Cognito::UserPool")
    authorizer = the(template, "AWS::ApiGateway::Authorizer")
    assert authorizer["ProviderARNs"] == [{"Fn::GetAtt": [pool_id, "Arn"]}]
    method = the(template, "AWS::ApiGateway::Method")
    assert (method["AuthorizationType"], method["AuthorizationScopes"]) == (
        "COGNITO_USER_POOLS",
        ["orders/read"],
    )


def test_a_function_decides_over_http(stack: cdk.Stack, synth: Synth) -> None:
    gate = LambdaAuthorizer("order_worker", query_strings=["key"])
    LambdaApi(stack, "Orders", function="order_intake", routes=["GET /a", "GET /b"], authorizer=gate)
    template = synth()
    authorizer = the(template, "AWS::ApiGatewayV2::Authorizer")
    # With the route, or an answer for one would be remembered for all.
    assert authorizer["IdentitySource"] == [
        "$request.header.Authorization",
        "$request.querystring.key",
        "$context.routeKey",
    ]
    assert authorizer["AuthorizerResultTtlInSeconds"] == 300
    assert authorizer["EnableSimpleResponses"] is True
    [authorizer_id] = ids_of(template, "AWS::ApiGatewayV2::Authorizer")
    sources = [each["SourceArn"]["Fn::Join"][1] for each in of_type(template, "AWS::Lambda::Permission")]
    assert [source for source in sources if {"Ref": authorizer_id} in source]
    assert len(sources) == 2


def test_a_function_decides_over_rest_each_time(stack: cdk.Stack, synth: Synth) -> None:
    own = plain_function(stack, "Gate")
    gate = LambdaAuthorizer(own, headers=(), cache=cdk.Duration.seconds(0))
    LambdaApi(stack, "Orders", kind="rest", function="order_intake", routes=["GET /a"], authorizer=gate)
    authorizer = the(synth(), "AWS::ApiGateway::Authorizer")
    assert authorizer["AuthorizerResultTtlInSeconds"] == 0
    assert "IdentitySource" not in authorizer


def test_a_function_decides_over_rest_for_method_and_path(stack: cdk.Stack, synth: Synth) -> None:
    gate = LambdaAuthorizer("order_worker")
    LambdaApi(stack, "Orders", kind="rest", function="order_intake", routes=["GET /a"], authorizer=gate)
    template = synth()
    sources = the(template, "AWS::ApiGateway::Authorizer")["IdentitySource"].split(",")
    assert sources == ["method.request.header.Authorization", "context.httpMethod", "context.path"]
    assert the(template, "AWS::ApiGateway::Method")["AuthorizationType"] == "CUSTOM"


def test_alarms_tell_the_authorizers_function_from_the_apis(stack: cdk.Stack) -> None:
    gate = LambdaAuthorizer("order_worker")
    api = LambdaApi(stack, "Orders", function="order_intake", routes=["GET /a"], authorizer=gate)
    names = {name for name, alarm in api.alarms.by_name().items() if alarm}
    assert {"errors", "throttles", "errors of AuthorizerLambda", "throttles of AuthorizerLambda"} <= names
    assert api.alarms.errors.node.path.startswith("Test/Orders/Handler/")


@pytest.mark.parametrize(
    ("define", "things"),
    [
        pytest.param(
            lambda stack, who: AsyncApi(stack, "Api", function="report_worker", authorizer=who),
            "jobs",
            id="jobs",
        ),
        pytest.param(lambda stack, who: UploadPortal(stack, "Api", authorizer=who), "uploads", id="uploads"),
    ],
)
def test_tells_that_without_an_authorizer_all_callers_are_one(
    define: Callable[..., object], things: str, stack: cdk.Stack
) -> None:
    define(stack, NoAuthorizer("A page that everybody sees."))
    said = Match.string_like_regexp(f"all callers are one, and {things} of one name are the same")
    Annotations.from_stack(stack).has_warning("/Test/Api", said)


def test_says_nothing_where_callers_are_told_apart(stack: cdk.Stack) -> None:
    AsyncApi(stack, "Api", function="report_worker")
    Annotations.from_stack(stack).has_no_warning("/Test/Api", Match.string_like_regexp("all callers are one"))
