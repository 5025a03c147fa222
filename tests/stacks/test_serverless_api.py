"""What stack `serverless-api` shows of an API backend, in its template."""

import json
from typing import Any

import aws_cdk as cdk
import pytest

from stacks.serverless_api import ServerlessApiStack
from stacks.settings import Settings
from tests.stacks.conftest import CERTIFICATE, CONTEXT
from tests.templates import actions, of_type, the

pytestmark = pytest.mark.scan

ARN = CERTIFICATE.replace("eu-west-1", "us-east-1")


@pytest.fixture(scope="module")
def template(templates: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return templates["serverless-api"]


def test_changing_takes_a_scope_and_each_route_a_token(template: dict[str, Any]) -> None:
    routes = {each["RouteKey"].split()[0]: each for each in of_type(template, "AWS::ApiGatewayV2::Route")}
    assert {each["AuthorizationType"] for each in routes.values()} == {"JWT"}
    scoped = {method for method, each in routes.items() if each.get("AuthorizationScopes")}
    assert scoped == {"POST", "PUT", "DELETE"}


def test_reading_and_changing_have_limits_of_their_own(template: dict[str, Any]) -> None:
    stage = the(template, "AWS::ApiGatewayV2::Stage")
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 100
    assert {each["ThrottlingRateLimit"] for each in stage["RouteSettings"].values()} == {10}
    assert "$context.status" in stage["AccessLogSettings"]["Format"]


def test_the_catalogue_calls_what_it_does_and_no_more(template: dict[str, Any]) -> None:
    found = {each for each in actions(template, "CatalogHandler") if each.startswith("dynamodb:")}
    assert found == {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"}
    found = {each for each in actions(template, "ReportsHandler") if each.startswith("dynamodb:")}
    assert found == {"dynamodb:Scan", "dynamodb:UpdateItem"}


def test_a_name_of_ones_own_is_taken_where_it_is_given(template: dict[str, Any]) -> None:
    assert not of_type(template, "AWS::ApiGatewayV2::DomainName")
    named = {**CONTEXT, "environment": "dev", "api-domain": "api.example.com", "api-certificate": ARN}
    app = cdk.App(context=named, analytics_reporting=False)
    environment = cdk.Environment(account="111111111111", region="us-east-1")
    stack = ServerlessApiStack(
        cdk.Stage(app, "At", env=environment), "api", settings=Settings.from_context(app.node)
    )
    [file] = [each for each in app.synth().get_nested_assembly("assembly-At").stacks if each.display_name]
    made = the(file.template, "AWS::ApiGatewayV2::DomainName")
    assert made["DomainName"] == "api.example.com"
    assert made["DomainNameConfigurations"][0]["CertificateArn"] == ARN
    assert json.dumps(stack.resolve(stack.catalog.url)) == '"https://api.example.com/"'
