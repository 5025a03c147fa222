"""What the internet reaches of all stacks: TLS, and what redirects to it."""

from typing import Any

import pytest

from tests.stacks.public import listeners, open_ports, public_addresses

Templates = dict[str, dict[str, Any]]
BALANCER = {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"Scheme": "internet-facing"}}


def one(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Resources": {"One": {"Type": kind, "Properties": properties}, "Balancer": BALANCER}}


@pytest.mark.scan
def test_the_world_reaches_443_and_80_of_load_balancers_and_nothing_else(templates: Templates) -> None:
    found = {(stack, *each) for stack, template in templates.items() for each in open_ports(template)}
    assert {ports for _, _, ports in found} == {"80", "443"}
    assert all("LoadBalancer" in name for _, name, _ in found)


@pytest.mark.scan
def test_80_redirects_and_443_speaks_tls(templates: Templates) -> None:
    found = {each for template in templates.values() for each in listeners(template)}
    assert found == {("80", "redirect"), ("443", "HTTPS")}


@pytest.mark.scan
def test_nothing_has_a_public_address(templates: Templates) -> None:
    assert [(stack, name) for stack, each in templates.items() for name in public_addresses(each)] == []


@pytest.mark.parametrize(
    ("rule", "ports"),
    [
        ({"CidrIp": "0.0.0.0/0", "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}, "22"),
        ({"CidrIpv6": "::/0", "IpProtocol": "tcp", "FromPort": 0, "ToPort": 443}, "0-443"),
        ({"CidrIp": "0.0.0.0/0", "IpProtocol": "-1"}, "all"),
        ({"CidrIp": "128.0.0.0/1", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}, "443"),
        ({"SourcePrefixListId": "pl-1", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}, "443"),
        ({"CidrIp": {"Ref": "Who"}, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}, "443"),
        ({"CidrIp": "10.0.0.0/8", "IpProtocol": "-1"}, None),
        ({"CidrIp": {"Fn::GetAtt": ["Vpc", "CidrBlock"]}, "IpProtocol": "-1"}, None),
        ({"SourceSecurityGroupId": "sg-1", "IpProtocol": "-1"}, None),
    ],
)
def test_a_rule_that_lets_the_world_in_would_be_seen(rule: dict[str, Any], ports: str | None) -> None:
    expected = [] if ports is None else [("One", ports)]
    assert list(open_ports(one("AWS::EC2::SecurityGroup", SecurityGroupIngress=[rule]))) == expected
    assert list(open_ports(one("AWS::EC2::SecurityGroupIngress", **rule))) == expected


@pytest.mark.parametrize(
    "template",
    [
        one("AWS::EC2::Subnet", MapPublicIpOnLaunch=True),
        one("AWS::EC2::EIP", Domain="vpc"),
        one("AWS::EKS::Cluster", ResourcesVpcConfig={}),
        one("AWS::RDS::DBInstance", Engine="postgres"),
        one("AWS::ECS::Service", NetworkConfiguration={"AwsvpcConfiguration": {"AssignPublicIp": "ENABLED"}}),
        one("AWS::EC2::Instance", NetworkInterfaces=[{"AssociatePublicIpAddress": True}]),
        one(
            "AWS::StepFunctions::StateMachine",
            DefinitionString={"Fn::Join": ["", ['{"AssignPublicIp": "ENABLED"}']]},
        ),
    ],
)
def test_a_public_address_would_be_seen(template: dict[str, Any]) -> None:
    assert list(public_addresses(template)) == ["One"]


def test_a_listener_without_tls_would_be_seen() -> None:
    kind, of = "AWS::ElasticLoadBalancingV2::Listener", {"LoadBalancerArn": {"Ref": "Balancer"}, "Port": 80}
    assert list(listeners(one(kind, **of, Protocol="HTTP", DefaultActions=[{"Type": "forward"}]))) == [
        ("80", "HTTP")
    ]
