import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Annotations, Match

from tests.templates import of_type, the
from tests.unit.compute.conftest import define_service
from wellmade.facts.prices import price
from wellmade.security import WebFirewall
from wellmade.testing import synthesize


def protecting(stack: cdk.Stack) -> None:
    firewall = WebFirewall(stack, "Firewall")
    firewall.protect(define_service(stack).load_balancer)
    firewall.protect("arn:aws:apigateway:eu-west-1::/restapis/abc/stages/live")


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(protecting)


def test_promises_a_rate_and_managed_groups_that_decide(template: dict[str, Any]) -> None:
    [acl] = of_type(template, "AWS::WAFv2::WebACL")
    rate, *managed = sorted(acl["Rules"], key=lambda rule: rule["Priority"])
    assert rate["Statement"]["RateBasedStatement"]["Limit"] == 2000
    assert rate["Action"] == {"Block": {}}
    assert len(managed) == 4
    assert {str(rule["OverrideAction"]) for rule in managed} == {"{'None': {}}"}


def test_promises_a_log_without_secret_headers(template: dict[str, Any]) -> None:
    [logging] = of_type(template, "AWS::WAFv2::LoggingConfiguration")
    assert {f["SingleHeader"]["Name"] for f in logging["RedactedFields"]} == {"authorization", "cookie"}
    groups = [g for g in of_type(template, "AWS::Logs::LogGroup") if "aws-waf-logs-" in str(g)]
    assert [group["RetentionInDays"] for group in groups] == [30]


def test_grants_delivery_to_its_log_for_this_account(template: dict[str, Any]) -> None:
    [policy] = of_type(template, "AWS::Logs::ResourcePolicy")
    assert "delivery.logs.amazonaws.com" in str(policy)
    assert "aws:SourceAccount" in str(policy)


def test_stands_before_each_entry(template: dict[str, Any]) -> None:
    assert len(of_type(template, "AWS::WAFv2::WebACLAssociation")) == 2


def test_shows_what_it_costs(stack: cdk.Stack) -> None:
    WebFirewall(stack, "Firewall")
    [info] = Annotations.from_stack(stack).find_info("/Test/Firewall", Match.any_value())
    month = price("web_acl_month") + 5 * price("web_acl_rule_month")
    assert f"${month:.2f} a month" in str(info.entry.data)


def test_looks_like(snapshot: Callable[..., None]) -> None:
    snapshot(synthesize(lambda stack: WebFirewall(stack, "Firewall")), "web_firewall")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"rate_limit": 5},
            "Test/Firewall: rate_limit must be between 10 and 2000000000, got 5; 2000 stops floods and no person",
        ),
        (
            {"scope": "everything"},
            "Test/Firewall: scope must be REGIONAL or CLOUDFRONT, got 'everything'; a load balancer needs REGIONAL",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        WebFirewall(stack, "Firewall", **options)


def of_cloudfront(stack: cdk.Stack) -> WebFirewall:
    return WebFirewall(stack, "Firewall", scope="CLOUDFRONT")


def test_protects_a_distribution(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    origin = cast(cloudfront.IOrigin, origins.HttpOrigin("example.com"))
    distribution = cloudfront.Distribution(
        stack, "Site", default_behavior=cloudfront.BehaviorOptions(origin=origin)
    )
    of_cloudfront(stack).protect(distribution)
    template = synth()
    config = the(template, "AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["WebACLId"]["Fn::GetAtt"][1] == "Arn"
    [alarm] = of_type(template, "AWS::CloudWatch::Alarm")
    assert {each["Name"] for each in alarm["Dimensions"]} == {"WebACL", "Rule"}


def test_protects_a_stage_of_a_rest_api(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    api = apigateway.RestApi(stack, "Api")
    api.root.add_method("GET")
    WebFirewall(stack, "Firewall").protect(api.deployment_stage)
    association = the(synth(), "AWS::WAFv2::WebACLAssociation")
    assert "/restapis/" in str(association["ResourceArn"])


def test_its_metric_has_a_name_of_its_own() -> None:
    def name(stack_name: str) -> str:
        app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
        WebFirewall(cdk.Stack(app, "Stack", stack_name=stack_name), "Fire wall")
        template = app.synth().get_stack_by_name(stack_name).template
        acl, [alarm] = the(template, "AWS::WAFv2::WebACL"), of_type(template, "AWS::CloudWatch::Alarm")
        found: str = acl["VisibilityConfig"]["MetricName"]
        assert {"Name": "WebACL", "Value": found} in alarm["Dimensions"]
        return found

    names = [name("shop"), name("shop-2")]
    assert all(re.fullmatch(r"[\w-]{1,128}", each) for each in names)
    assert len(set(names)) == 2


def test_its_log_is_encrypted_with_a_key_of_the_user(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    WebFirewall(stack, "Firewall", encryption_key=kms.Key(stack, "Key"))
    assert "Key" in str(the(synth(), "AWS::Logs::LogGroup")["KmsKeyId"])


def test_refuses_distributions_from_elsewhere(stack: cdk.Stack) -> None:
    elsewhere = cdk.Stack(
        cast(cdk.App, stack.node.root),
        "Elsewhere",
        env=cdk.Environment(account="111111111111", region="eu-west-1"),
    )
    message = (
        "Elsewhere/Firewall: scope must be REGIONAL outside of us-east-1, got 'CLOUDFRONT' in eu-west-1; "
        "define the firewall in a stack there"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        of_cloudfront(elsewhere)


def test_refuses_an_entry_of_the_other_scope(stack: cdk.Stack) -> None:
    firewall = of_cloudfront(stack)
    message = (
        "Test/Firewall: scope must be REGIONAL for what is no distribution, got 'CLOUDFRONT'; "
        "define a firewall of that scope"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        firewall.protect("arn:aws:apigateway:eu-west-1::/restapis/abc/stages/live")


def test_refuses_an_http_api(stack: cdk.Stack) -> None:
    api = apigatewayv2.HttpApi(stack, "Api")
    message = (
        "Test/Firewall: entry must be an application load balancer, a stage of a REST API, a distribution "
        "or an ARN, got HttpStage; an HTTP API takes no firewall: put a distribution before it"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        WebFirewall(stack, "Firewall").protect(cast(Any, api.default_stage))
