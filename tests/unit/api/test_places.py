"""Functions of others, other stacks, nested stacks, stages and partitions."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_route53 as route53
from aws_cdk.assertions import Annotations, Match

from tests.templates import ids_of, of_type, stateful, the
from tests.unit.api.templates import plain_function, template_of
from wellmade.api import Cors, CustomDomain, LambdaApi, LambdaAuthorizer, Route, Throttle
from wellmade.foundation import ProvisionedConcurrency, PythonFunction

TEN = cdk.Duration.seconds(10)
KINDS = ("http", "rest")
Kind = Any


def new_app() -> cdk.App:
    return cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)


@pytest.mark.parametrize("kind", KINDS)
def test_anybodys_functions_answer(kind: Kind, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    stack = cdk.Stack(new_app(), "Test")
    image = lambda_.DockerImageFunction(
        stack, "Image", code=lambda_.DockerImageCode.from_image_asset(str(tmp_path)), timeout=TEN
    )
    alias = lambda_.Alias(
        stack, "Alias", alias_name="blue", version=plain_function(stack, "Node").current_version
    )
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:theirs"
    theirs = lambda_.Function.from_function_arn(stack, "Theirs", arn)
    routes: dict[str, Route | lambda_.IFunction] = {
        "GET /image": image,
        "GET /node": Route(function=alias),
        "GET /theirs": theirs,
    }
    LambdaApi(stack, "Shop", kind=kind, routes=routes)
    template = template_of(stack)
    named = {json.dumps(each["FunctionName"]) for each in of_type(template, "AWS::Lambda::Permission")}
    assert len(named) == 3
    assert f'"{arn}"' in named
    [alias_id] = ids_of(template, "AWS::Lambda::Alias")
    assert json.dumps({"Ref": alias_id}) in named
    assert len([a for a in of_type(template, "AWS::CloudWatch::Alarm") if a["MetricName"] == "Errors"]) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_warm_function_is_invoked_by_its_alias(kind: Kind) -> None:
    stack = cdk.Stack(new_app(), "Test")
    warm = PythonFunction(
        stack,
        "Warm",
        code="order_intake",
        timeout=TEN,
        provisioned_concurrency=ProvisionedConcurrency(1),
    )
    LambdaApi(stack, "Shop", kind=kind, function=warm, routes=["GET /"])
    template = template_of(stack)
    [alias] = ids_of(template, "AWS::Lambda::Alias")
    assert the(template, "AWS::Lambda::Permission")["FunctionName"] == {"Ref": alias}
    integration = "AWS::ApiGatewayV2::Integration" if kind == "http" else "AWS::ApiGateway::Method"
    assert alias in json.dumps(the(template, integration))


@pytest.mark.parametrize("kind", KINDS)
def test_a_function_of_another_stack_is_permitted_beside_the_api(kind: Kind) -> None:
    app = new_app()
    theirs, ours = cdk.Stack(app, "Theirs"), cdk.Stack(app, "Ours")
    function = plain_function(theirs, "Node")
    gate = PythonFunction(theirs, "Gate", code="order_worker", timeout=TEN)
    LambdaApi(ours, "Shop", kind=kind, function=function, routes=["GET /"], authorizer=LambdaAuthorizer(gate))
    template = template_of(ours)
    assert len(of_type(template, "AWS::Lambda::Permission")) == 2
    assert not of_type(template_of(theirs), "AWS::Lambda::Permission")


@pytest.mark.parametrize("kind", KINDS)
def test_a_caller_of_another_stack_is_granted_there(kind: Kind) -> None:
    app = new_app()
    ours, theirs = cdk.Stack(app, "Ours"), cdk.Stack(app, "Theirs")
    api = LambdaApi(ours, "Shop", kind=kind, function="order_intake", routes=["GET /"])
    api.connect(PythonFunction(theirs, "Caller", code="order_worker"))
    api.connect(plain_function(theirs, "Node"), prefix="SHOP_")
    template = template_of(theirs)
    policies = of_type(template, "AWS::IAM::Policy")
    assert {str(each["PolicyDocument"]["Statement"][0]["Action"]) for each in policies} == {
        "execute-api:Invoke"
    }
    assert len(policies) == 2
    assert not of_type(template_of(ours), "AWS::IAM::Policy")


def test_a_function_of_another_account_is_told_of() -> None:
    app = new_app()
    stack = cdk.Stack(app, "Ours", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    arn = "arn:aws:lambda:eu-west-1:444455556666:function:theirs"
    LambdaApi(
        stack, "Shop", function=lambda_.Function.from_function_arn(stack, "Theirs", arn), routes=["GET /"]
    )
    assert not of_type(template_of(stack), "AWS::Lambda::Permission")
    said = (
        "the function is of account 444455556666: add a permission there that lets apigateway.amazonaws.com "
        "call lambda:InvokeFunction for the APIs of account 111122223333"
    )
    Annotations.from_stack(stack).has_warning("/Ours/Shop", Match.string_like_regexp(said))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_changes_in_a_stage_or_under_another_id(kind: Kind) -> None:
    def define(scope: Any, construct_id: str) -> dict[str, Any]:
        stack = cdk.Stack(scope, construct_id, stack_name="shop")
        function = plain_function(stack, "Node")
        LambdaApi(stack, "Shop", kind=kind, routes={"GET /": function, "$default": "order_intake"})
        return template_of(stack)

    direct = define(new_app(), "Shop")
    for other in (define(cdk.Stage(new_app(), "Production"), "Shop"), define(new_app(), "Renamed")):
        assert other["Resources"].keys() == direct["Resources"].keys()
        assert stateful(other) == stateful(direct)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_names_the_partition(kind: Kind, region: str, partition: str) -> None:
    env = cdk.Environment(account="111122223333", region=region)
    stack = cdk.Stack(new_app(), "Test", env=env)
    gate = LambdaAuthorizer("order_worker")
    api = LambdaApi(stack, "Shop", kind=kind, function="order_intake", routes=["GET /"], authorizer=gate)
    text = json.dumps(template_of(stack))
    assert "arn:aws:" not in text
    if kind == "rest":
        assert stack.resolve(api.stage_arn)["Fn::Join"][1][0].startswith(
            f"arn:{partition}:apigateway:"
        ) or "AWS::Partition" in str(stack.resolve(api.stage_arn))


@pytest.mark.parametrize("kind", KINDS)
def test_works_in_a_nested_stack(kind: Kind) -> None:
    outer = cdk.Stack(new_app(), "Outer")
    nested = cdk.NestedStack(outer, "Nested")
    function = plain_function(outer, "Node")
    LambdaApi(nested, "Shop", kind=kind, function=function, routes=["GET /"])
    assert template_of(outer)["Resources"]


@pytest.mark.parametrize("kind", KINDS)
def test_answers_under_a_name_of_ones_own(kind: Kind) -> None:
    stack = cdk.Stack(new_app(), "Test")
    zone = route53.PublicHostedZone(stack, "Zone", zone_name="example.com")
    certificate = acm.Certificate(
        stack, "Cert", domain_name="api.example.com", validation=acm.CertificateValidation.from_dns(zone)
    )
    domain = CustomDomain(
        "api.example.com", certificate, hosted_zone=zone, base_path="orders", default_endpoint=False
    )
    api = LambdaApi(stack, "Shop", kind=kind, function="order_intake", routes=["GET /"], domain=domain)
    assert api.url == "https://api.example.com/orders/"
    template = template_of(stack)
    [settings] = the(template, "AWS::ApiGatewayV2::DomainName")["DomainNameConfigurations"]
    assert (settings["SecurityPolicy"], settings["EndpointType"]) == ("TLS_1_2", "REGIONAL")
    mapping = [r for r in template["Resources"].values() if r["Type"] == "AWS::ApiGatewayV2::ApiMapping"]
    assert mapping[0]["Properties"]["ApiMappingKey"] == "orders"
    kind_of_stage = "AWS::ApiGatewayV2::Stage" if kind == "http" else "AWS::ApiGateway::Stage"
    [stage] = ids_of(template, kind_of_stage)
    assert stage in mapping[0]["DependsOn"]
    assert {each["Type"] for each in of_type(template, "AWS::Route53::RecordSet")} == {"A", "AAAA"}
    kind_of_api = "AWS::ApiGatewayV2::Api" if kind == "http" else "AWS::ApiGateway::RestApi"
    assert the(template, kind_of_api)["DisableExecuteApiEndpoint"] is True


def test_another_kind_takes_no_logical_id_of_the_first() -> None:
    """CloudFormation refuses to give a logical id another type."""
    gate = LambdaAuthorizer("order_worker")

    def types(kind: Kind) -> dict[str, str]:
        stack = cdk.Stack(new_app(), "Test")
        LambdaApi(stack, "Shop", kind=kind, function="order_intake", routes=["GET /"], authorizer=gate)
        return {name: each["Type"] for name, each in template_of(stack)["Resources"].items()}

    http, rest = types("http"), types("rest")
    assert {name for name in http.keys() & rest.keys() if http[name] != rest[name]} == set()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "options",
    [
        {"authorizer": LambdaAuthorizer("order_worker")},
        {"throttle": Throttle(1, 1)},
        {"cors": Cors(["*"])},
        {"alarm_thresholds": {"latency": None}},
        {"routes": ["GET /more", "$default", "GET /"]},
    ],
)
def test_a_tuned_api_keeps_its_address(kind: Kind, options: dict[str, Any]) -> None:
    def addresses(**more: Any) -> set[str]:
        stack = cdk.Stack(new_app(), "Test")
        given = {"function": "order_intake", "routes": ["GET /"], **more}
        LambdaApi(stack, "Shop", kind=kind, **given)
        lasting = {"AWS::ApiGatewayV2::Api", "AWS::ApiGateway::RestApi", "AWS::Logs::LogGroup"}
        resources = template_of(stack)["Resources"].items()
        return {name for name, each in resources if each["Type"] in lasting}

    assert addresses() <= addresses(**options)
