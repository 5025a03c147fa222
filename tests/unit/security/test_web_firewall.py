import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match

from tests.templates import of_type
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
