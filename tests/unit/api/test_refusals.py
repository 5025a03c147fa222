"""What an API refuses, each in one whole sentence."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_

from tests.unit.api.templates import plain_function
from wellmade.api import (
    CognitoAuthorizer,
    Cors,
    CustomDomain,
    JwtAuthorizer,
    LambdaApi,
    LambdaAuthorizer,
    NoAuthorizer,
    Route,
    Throttle,
)
from wellmade.foundation import PythonFunction, RefusedError

JWT = JwtAuthorizer(issuer="https://login.example.com/", audience=["shop"])
POOL = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Ab129faBb"

CASES: list[tuple[dict[str, Any], str]] = [
    (
        {"routes": []},
        "routes must be a list or mapping of at least one route, got none; name one, such as ['POST /orders']",
    ),
    (
        {"routes": "POST /orders"},
        "routes must be a mapping or a list, got 'POST /orders'; put it into a list: ['POST /orders']",
    ),
    (
        {"routes": ["orders"]},
        "routes must be a method and a path each, or '$default', got 'orders'; write it as 'POST /orders/{id}'",
    ),
    (
        {"routes": ["FETCH /orders"]},
        "routes must be a method and a path each, or '$default', got 'FETCH /orders'; "
        "write it as 'POST /orders/{id}'",
    ),
    (
        {"routes": ["GET /orders/{id"]},
        "routes must be a method and a path each, or '$default', got 'GET /orders/{id'; "
        "write it as 'POST /orders/{id}'",
    ),
    ({"kind": "soap"}, "kind must be 'http' or 'rest', got 'soap'; a firewall needs a REST API"),
    (
        {"function": None},
        "function must be given for the route 'POST /orders', got none; "
        "give the API a function, or the route its own: {'POST /orders': 'order_intake'}",
    ),
    (
        {"routes": {"POST /orders": "order_intake"}},
        "function must be left out where each route has a function of its own, got one that answers nothing; "
        "leave one of the two out",
    ),
    (
        {"function": 7},
        "function must be a name, a Path, an IFunction or a FunctionBase, got 7; "
        "pass a name, a Path, an IFunction or a FunctionBase",
    ),
    (
        {"throttle": Throttle(rate_limit=0)},
        "throttle.rate_limit must be between 0.1 and 10000, got 0; the account has 10000 in all",
    ),
    (
        {"routes": {"POST /orders": Route(throttle=Throttle(burst_limit=6000))}},
        "routes['POST /orders'].throttle.burst_limit must be between 1 and 5000, got 6000; "
        "the account has 5000 in all",
    ),
    (
        {"routes": {"POST /orders": Route(request_schema={"type": "object"})}},
        "routes['POST /orders'].request_schema must be left out on an HTTP API, which checks no bodies, "
        "got a schema; take kind='rest', or check it in the handler with wellmade_runtime.contracts",
    ),
    (
        {"integration_timeout_quota": cdk.Duration.seconds(60)},
        "integration_timeout_quota must be left out: an HTTP API waits 30 s and not longer, got 60 s; "
        "leave it out, or take kind='rest'",
    ),
    (
        {"kind": "rest", "integration_timeout_quota": cdk.Duration.minutes(10)},
        "integration_timeout_quota in seconds must be between 29 and 300, got 600; "
        "answer 202 and work from a queue where that is not enough",
    ),
    (
        {"kind": "rest", "authorizer": JWT},
        "authorizer must be one that REST APIs have, got a JwtAuthorizer; "
        "take a CognitoAuthorizer or a LambdaAuthorizer, or kind='http'",
    ),
    (
        {"authorizer": JwtAuthorizer(issuer="login.example.com", audience=["shop"])},
        "authorizer.issuer must be an address with https://, got 'login.example.com'; "
        "write it as the token's iss, such as 'https://login.example.com/'",
    ),
    (
        {"authorizer": JwtAuthorizer(issuer="https://login.example.com/", audience=[])},
        "authorizer.audience must be a list of at least one client, got none; "
        "name the clients whose tokens are taken",
    ),
    (
        {"routes": {"POST /orders": Route(scopes=["orders/write"])}},
        "routes['POST /orders'].scopes must be beside an authorizer that reads tokens, "
        "got ['orders/write'] beside IamAuthorizer; "
        "leave them out, or give the route a JwtAuthorizer or a CognitoAuthorizer",
    ),
    (
        {"authorizer": LambdaAuthorizer("order_worker", cache=cdk.Duration.hours(2))},
        "authorizer.cache in seconds must be between 0 and 3600, got 7200; 300 suit most",
    ),
    (
        {"authorizer": LambdaAuthorizer("order_worker", headers=())},
        "authorizer.headers must be given where answers are remembered, got none; "
        "name what the answer depends on, or set cache to 0 seconds",
    ),
    (
        {
            "routes": {
                "GET /": Route(authorizer=JWT),
                "GET /partners": Route(
                    authorizer=JwtAuthorizer("https://login.partner.example", ["partner"])
                ),
            }
        },
        "authorizer.name must be another one for each authorizer, got 'Jwt' twice; "
        "give one of them a name of its own: JwtAuthorizer(…, name='Partners')",
    ),
    (
        {"cors": Cors([])},
        "cors.allow_origins must be a list of at least one origin, got []; "
        "name one, such as ['https://shop.example']",
    ),
    (
        {"cors": Cors(["https://shop.example/"])},
        "cors.allow_origins must be a scheme and a host each, or '*', got 'https://shop.example/'; "
        "leave out paths and the last slash: browsers send none",
    ),
    (
        {"cors": Cors(["*"], allow_credentials=True)},
        "cors.allow_credentials must be False where all origins are allowed, got True; "
        "name the origins: browsers refuse credentials for '*'",
    ),
    (
        {"alarm_thresholds": {"dead_letters": 1}},
        "alarm_thresholds must be for one of server_errors, latency, client_errors, throttled_requests, "
        "errors, throttles, duration, concurrency, got 'dead_letters'; give a number, or None to leave an alarm out",
    ),
]


@pytest.mark.parametrize(("options", "message"), CASES)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    given = {"function": "order_intake", "routes": ["POST /orders"], **options}
    with pytest.raises(RefusedError, match=f"^{re.escape(f'Test/Orders: {message}')}$"):
        LambdaApi(stack, "Orders", **given)


def test_refuses_clients_that_a_rest_api_cannot_tell_apart(stack: cdk.Stack) -> None:
    pool = cognito.UserPool.from_user_pool_arn(stack, "Pool", POOL)
    client = cognito.UserPoolClient.from_user_pool_client_id(stack, "Client", "7rfbikfsm51j2fpaggacgng84g")
    message = (
        "Test/Orders: authorizer.clients must be left out on a REST API, which takes tokens of each client of "
        "the pool, got 1; leave them out and read the token's client_id in the function, or take kind='http'"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        LambdaApi(
            stack,
            "Orders",
            kind="rest",
            function="order_intake",
            routes=["GET /"],
            authorizer=CognitoAuthorizer(pool, [client]),
        )
    message = (
        "Test/More: authorizer.clients must be at least one on an HTTP API, got none; "
        "name the app clients whose tokens are taken"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        LambdaApi(
            stack, "More", function="order_intake", routes=["GET /"], authorizer=CognitoAuthorizer(pool)
        )


def test_refuses_an_authorizer_that_is_slower_than_the_api_waits(stack: cdk.Stack) -> None:
    slow = plain_function(stack, "Slow", timeout=cdk.Duration.seconds(20))
    message = (
        "Test/Orders: authorizer.function must be a function with a timeout of at most 10 s, got 20 s; "
        "shorten the timeout of Test/Slow"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        LambdaApi(
            stack,
            "Orders",
            function="order_intake",
            routes=["GET /"],
            authorizer=LambdaAuthorizer(slow),
        )


def test_refuses_a_certificate_of_another_region(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path))
    stack = cdk.Stack(app, "Test", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    arn = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
    domain = CustomDomain("api.example.com", acm.Certificate.from_certificate_arn(stack, "Cert", arn))
    message = (
        "Test/Orders: domain.certificate must be in eu-west-1, got us-east-1; "
        "a regional API takes a certificate of its own region; request one there"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        LambdaApi(stack, "Orders", function="order_intake", routes=["GET /"], domain=domain)


def test_refuses_a_base_path_with_slashes(stack: cdk.Stack) -> None:
    certificate = acm.Certificate(stack, "Cert", domain_name="api.example.com")
    domain = CustomDomain("api.example.com", certificate, base_path="/orders")
    message = (
        "Test/Orders: domain.base_path must be a path without outer slashes, got '/orders'; "
        "write it as 'orders' or 'orders/v1'"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        LambdaApi(stack, "Orders", function="order_intake", routes=["GET /"], domain=domain)


def test_refuses_grants_that_let_nobody_in(stack: cdk.Stack) -> None:
    caller = PythonFunction(stack, "Caller", code="order_worker")
    api = LambdaApi(stack, "Orders", function="order_intake", routes=["GET /"], authorizer=JWT)
    message = (
        "Test/Orders: authorizer must be IamAuthorizer where requests are granted, got JwtAuthorizer; "
        "leave the grant out: it would let nobody in"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        api.grant_invoke(caller)
    message = "Test/Orders: route must be one of GET /, got 'GET /orders'; write it as it is in routes"
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        api.grant_invoke(caller, route="GET /orders")


def test_refuses_a_firewall_before_an_http_api(stack: cdk.Stack) -> None:
    api = LambdaApi(stack, "Orders", function="order_intake", routes=["GET /"])
    message = (
        "Test/Orders: kind must be 'rest' where a firewall is put before the API, got 'http'; "
        "take kind='rest', or put a distribution with a firewall before it"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        _ = api.stage_arn


@pytest.mark.parametrize(
    "use",
    [
        lambda api: api.function,
        lambda api: api.grant_principal,
        lambda api: api.connections,
        lambda api: api.allow(["sqs:SendMessage"], ["arn:aws:sqs:eu-west-1:111122223333:queue"]),
        lambda api: api.add_environment("NAME", "value"),
    ],
)
def test_says_which_of_several_functions_to_take(stack: cdk.Stack, use: Callable[[LambdaApi], Any]) -> None:
    api = LambdaApi(stack, "Shop", routes={"GET /": "order_intake", "POST /clicks": "click_intake"})
    message = (
        "Test/Shop: function must be one for all routes where the API is used as a workload, got several; "
        "pass the function that needs it, such as functions['GET /']"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        use(api)


def test_refuses_two_folders_of_one_name(stack: cdk.Stack, tmp_path: Path) -> None:
    folders = [tmp_path / each / "orders" for each in ("one", "two")]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "handler.py").write_text("def handler(event, context):\n    return {}\n")
    routes = {"GET /one": folders[0], "GET /two": folders[1]}
    message = (
        f"Test/Shop: routes must be functions of different names, got {folders[0]} and {folders[1]}, which "
        "would both be called HandlerOrders; define a PythonFunction for one of them and pass that"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        LambdaApi(stack, "Shop", routes=routes)


def test_refuses_thresholds_of_a_function_that_has_its_own(stack: cdk.Stack) -> None:
    function = PythonFunction(stack, "Handler", code="order_intake", timeout=cdk.Duration.seconds(10))
    message = (
        "Test/Orders: alarm_thresholds['errors'] must be left out beside a PythonFunction, got a threshold; "
        "set it on the PythonFunction, which has the alarm already"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        LambdaApi(stack, "Orders", function=function, routes=["GET /"], alarm_thresholds={"errors": 5})


def test_refuses_at_synth_a_function_that_outlasts_the_api(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    slow = PythonFunction(stack, "Slow", code="order_intake")
    LambdaApi(stack, "Orders", function=slow, routes=["POST /orders"])
    said = refused()
    assert (
        "Test/Orders: timeout of Test/Slow must be at most 30 s, which is how long the API waits, got 60 s; "
        "shorten it, or answer 202 and work from a queue"
    ) in said
    assert "api-function-timeout" in said


def waits_longer(api: LambdaApi) -> None:
    resource: Any = api.node.find_child("Integration Handler")
    resource.add_property_override("TimeoutInMillis", 60_000)


def works_longer(api: LambdaApi) -> None:
    resource: Any = api.function.node.default_child
    resource.add_property_override("Timeout", 40)


def unlimited(api: LambdaApi) -> None:
    resource: Any = api.node.find_child("Stage")
    resource.add_property_deletion_override("DefaultRouteSettings.ThrottlingRateLimit")


@pytest.mark.parametrize(
    ("break_rule", "message", "rule"),
    [
        (
            waits_longer,
            "Test/Orders: integration timeout must be at most 30 s, got 60 s; "
            "or API Gateway refuses it; answer 202 and work from a queue",
            "api-integration-timeout",
        ),
        (
            works_longer,
            "Test/Orders: timeout of Test/Orders/Handler must be at most 30 s, which is how long the API waits, "
            "got 40 s; shorten it, or answer 202 and work from a queue",
            "api-function-timeout",
        ),
        (
            unlimited,
            "Test/Orders: throttle must be set on the stage, got none for ThrottlingRateLimit; "
            "or one caller uses up the limit of all APIs of the account",
            "api-throttle",
        ),
    ],
)
def test_refuses_at_synth_what_was_overridden(
    stack: cdk.Stack,
    refused: Callable[[], str],
    break_rule: Callable[[LambdaApi], None],
    message: str,
    rule: str,
) -> None:
    break_rule(LambdaApi(stack, "Orders", function="order_intake", routes=["POST /orders"]))
    said = refused()
    assert message in said
    assert rule in said


def test_refuses_at_synth_a_rest_api_without_limits(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    api = LambdaApi(stack, "Orders", kind="rest", function="order_intake", routes=["POST /orders"])
    assert isinstance(api.api, apigateway.RestApi)
    stage: Any = api.api.deployment_stage.node.default_child
    stage.add_property_override("MethodSettings", [])
    assert (
        "Test/Orders: throttle must be set on the stage, got none for ThrottlingRateLimit and "
        "ThrottlingBurstLimit; or one caller uses up the limit of all APIs of the account"
    ) in refused()


def test_open_routes_tell_scanners_why(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    LambdaApi(
        stack,
        "Orders",
        function="order_intake",
        routes=["POST /hook"],
        authorizer=NoAuthorizer("The sender signs the body, which is checked."),
    )
    [route] = [r for r in synth()["Resources"].values() if r["Type"] == "AWS::ApiGatewayV2::Route"]
    reasons = {each["id"]: each["comment"] for each in route["Metadata"]["checkov"]["skip"]}
    assert reasons["CKV_AWS_309"] == "The sender signs the body, which is checked."


def test_an_imported_function_whose_timeout_is_unknown_passes(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:theirs"
    theirs = lambda_.Function.from_function_arn(stack, "Theirs", arn)
    LambdaApi(stack, "Orders", function=theirs, routes=["GET /"])
    assert [r for r in synth()["Resources"].values() if r["Type"] == "AWS::Lambda::Permission"]
