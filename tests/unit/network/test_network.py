import re
from collections.abc import Callable
from ipaddress import IPv4Network
from itertools import combinations
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match, Template

from wellmade.check.run import check
from wellmade.facts.prices import price
from wellmade.graph import load
from wellmade.network import Network
from wellmade.testing import synthesize

Resources = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(lambda stack: Network(stack, "Network"))


def of_type(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [r["Properties"] for r in template["Resources"].values() if r["Type"] == kind]


def cidrs(template: dict[str, Any]) -> dict[str, str]:
    subnets = of_type(template, "AWS::EC2::Subnet")
    return {next(t["Value"] for t in s["Tags"] if t["Key"] == "Name"): s["CidrBlock"] for s in subnets}


def test_promises_three_tiers_in_each_zone_and_no_public_addresses(template: dict[str, Any]) -> None:
    subnets = of_type(template, "AWS::EC2::Subnet")
    tiers = [next(t["Value"] for t in s["Tags"] if t["Key"] == "aws-cdk:subnet-name") for s in subnets]
    assert sorted(tiers) == ["isolated", "isolated", "private", "private", "public", "public"]
    assert not [s for s in subnets if s["MapPublicIpOnLaunch"]]


@pytest.mark.parametrize(
    ("nat", "gateways", "ways_out"), [("per-zone", 2, 2), ("single", 1, 2), ("none", 0, 0)]
)
def test_promises_gateways_as_asked(nat: Any, gateways: int, ways_out: int) -> None:
    template = synthesize(lambda stack: Network(stack, "Network", nat=nat))
    assert len(of_type(template, "AWS::EC2::NatGateway")) == gateways
    assert len([r for r in of_type(template, "AWS::EC2::Route") if "NatGatewayId" in r]) == ways_out


def test_promises_that_a_zone_more_moves_no_subnet_and_leaves_half_the_network_free() -> None:
    two = cidrs(synthesize(lambda stack: Network(stack, "Network", zones=2)))
    four = cidrs(synthesize(lambda stack: Network(stack, "Network", zones=4)))
    assert set(two.items()) <= set(four.items())
    nets = [IPv4Network(cidr) for cidr in four.values()]
    assert not [pair for pair in combinations(nets, 2) if pair[0].overlaps(pair[1])]
    assert sum(net.num_addresses for net in nets) <= IPv4Network("10.0.0.0/16").num_addresses / 2


def test_promises_free_endpoints_for_this_accounts_data_only(template: dict[str, Any]) -> None:
    endpoints = of_type(template, "AWS::EC2::VPCEndpoint")
    assert len(endpoints) == 2
    for endpoint in endpoints:
        assert len(endpoint["RouteTableIds"]) == 6
        first = endpoint["PolicyDocument"]["Statement"][0]
        assert first["Condition"] == {"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}


def test_lets_custom_resources_answer_cloudformation(template: dict[str, Any]) -> None:
    statements = [
        statement
        for endpoint in of_type(template, "AWS::EC2::VPCEndpoint")
        for statement in endpoint["PolicyDocument"]["Statement"]
    ]
    [answers] = [each for each in statements if each["Action"] == "s3:PutObject"]
    assert "Condition" not in answers
    *start, region, end = answers["Resource"]["Fn::Join"][1]
    assert (start[-1], end) == (":s3:::cloudformation-custom-resource-response-", "/*")
    assert region == {"Fn::Join": ["", {"Fn::Split": ["-", {"Ref": "AWS::Region"}]}]}


def test_promises_a_wall_around_the_isolated_tier(template: dict[str, Any]) -> None:
    entries = of_type(template, "AWS::EC2::NetworkAclEntry")
    assert {entry["CidrBlock"] for entry in entries} == {"10.0.0.0/16"}
    assert {entry["Egress"] for entry in entries} == {True, False}
    assert len(of_type(template, "AWS::EC2::SubnetNetworkAclAssociation")) == 2


def test_promises_flow_logs_and_an_emptied_default_group_without_functions(template: dict[str, Any]) -> None:
    result = Template.from_json(template)
    result.has_resource_properties("AWS::EC2::FlowLog", {"TrafficType": "ALL"})
    result.has_resource_properties(
        "AWS::SSM::Association",
        {"Parameters": {"GroupId": [{"Fn::GetAtt": [Match.any_value(), "DefaultSecurityGroup"]}]}},
    )
    result.resource_count_is("AWS::Lambda::Function", 0)


def test_grants_delivery_to_its_group_and_revocation_in_its_default_group(template: dict[str, Any]) -> None:
    roles = of_type(template, "AWS::IAM::Role")
    granted = {
        str(action): statement["Resource"]
        for role in roles
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        for action in [statement["Action"]]
    }
    assert granted.pop("ec2:DescribeSecurityGroups") == "*"
    assert len(granted) == 2
    assert "*" not in granted.values()
    for role in roles:
        [trust] = role["AssumeRolePolicyDocument"]["Statement"]
        assert set(trust["Condition"]) == {"StringEquals", "ArnLike"}


def test_shows_what_the_way_out_costs(stack: cdk.Stack) -> None:
    network = Network(stack, "Network", nat="single")
    assert network.monthly_cost == pytest.approx(
        730 * (price("nat_gateway_hour") + price("public_ipv4_hour"))
    )
    [info] = Annotations.from_stack(stack).find_info("/Test/Network", Match.any_value())
    assert f"${network.monthly_cost:.2f} a month" in str(info.entry.data)


def test_has_no_findings(tmp_path: Any) -> None:
    app = cdk.App(outdir=str(tmp_path), builtin_cloud_formation_validation=False, analytics_reporting=False)
    Network(cdk.Stack(app, "Test"), "Network")
    app.synth()
    assert check(load([tmp_path])) == []


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "network")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"zones": 1},
            "Test/Network: zones must be between 2 and 4, got 1; two survive the loss of one",
        ),
        (
            {"nat": "many"},
            "Test/Network: nat must be one of per-zone, single, none, got 'many'; use per-zone in production",
        ),
        (
            {"cidr": "10.0.0.0/24"},
            "Test/Network: cidr must be between /16 and /20, got /24; a /16 such as 10.20.0.0/16 leaves room",
        ),
        (
            {"cidr": "10.0.0.1/16"},
            "Test/Network: cidr must be an IPv4 network such as 10.20.0.0/16, got 10.0.0.1/16 (10.0.0.1/16 has host bits set); a /16 such as 10.20.0.0/16 leaves room",
        ),
        (
            {"disjoint_from": ["10.0.128.0/20", "10.1.0.0/16"]},
            "Test/Network: cidr must be disjoint from 10.0.128.0/20, 10.1.0.0/16, got 10.0.0.0/16, which overlaps 10.0.128.0/20; take 10.2.0.0/16",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Network(stack, "Network", **options)
