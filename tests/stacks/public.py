"""What a template opens to the internet."""

import ipaddress
import json
from collections.abc import Iterator
from typing import Any

Template = dict[str, Any]
_GROUP, _INGRESS = "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"
_PUBLIC = (
    "AssignPublicIp:ENABLED",
    "AssociatePublicIpAddress:true",
    "EndpointPublicAccess:true",
    "MapPublicIpOnLaunch:true",
    "PubliclyAccessible:true",
)
_CLOSED = {
    "AWS::ECS::Service": "AssignPublicIp:DISABLED",
    "AWS::EKS::Cluster": "EndpointPublicAccess:false",
    "AWS::RDS::DBInstance": "PubliclyAccessible:false",
}
"""What must say that it has no public address, since it may get one where nothing is said."""


def open_ports(template: Template) -> Iterator[tuple[str, str]]:
    """Yield each rule that lets in more than the network itself, with its ports: `443`, `1-1024` or `all`."""
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        rules = properties.get("SecurityGroupIngress", ()) if resource["Type"] == _GROUP else ()
        for rule in [properties] if resource["Type"] == _INGRESS else rules:
            if not _is_inside(rule):
                yield name, _ports(rule)


def public_addresses(template: Template) -> Iterator[str]:
    """Yield what has an address of the internet; load balancers and NAT gateways have theirs by their kind."""
    gateways = [
        json.dumps(each["Properties"])
        for each in template["Resources"].values()
        if each["Type"] == "AWS::EC2::NatGateway"
    ]
    for name, resource in template["Resources"].items():
        kind, said = resource["Type"], _text(resource.get("Properties", {}))
        is_lent = kind in ("AWS::EC2::EIP", "AWS::EC2::EIPAssociation") and not any(
            f'"{name}"' in each for each in gateways
        )
        if is_lent or any(each in said for each in _PUBLIC) or _CLOSED.get(kind, "") not in said:
            yield name


def listeners(template: Template) -> Iterator[tuple[str, str]]:
    """Yield port and protocol of the listeners of public load balancers; `redirect` where they do only that."""
    balancers = {
        name
        for name, each in template["Resources"].items()
        if "Scheme:internet-facing" in _text(each.get("Properties", {}))
    }
    for resource in template["Resources"].values():
        said = resource.get("Properties", {})
        if resource["Type"].endswith("V2::Listener") and said["LoadBalancerArn"].get("Ref") in balancers:
            kinds = {each["Type"] for each in said["DefaultActions"]}
            yield str(said["Port"]), "redirect" if kinds == {"redirect"} else said["Protocol"]


def _is_inside(rule: Template) -> bool:
    """Tell whether a rule lets in a security group, the addresses of a network of AWS, or private ones."""
    addresses = [rule[key] for key in ("CidrIp", "CidrIpv6") if key in rule]
    if not addresses:
        return "SourceSecurityGroupId" in rule
    return all(_is_private(each) for each in addresses)


def _is_private(addresses: object) -> bool:
    if isinstance(addresses, str):
        return ipaddress.ip_network(addresses).is_private and not addresses.endswith("/0")
    return isinstance(addresses, dict) and addresses.get("Fn::GetAtt", ["", ""])[1] == "CidrBlock"


def _ports(rule: Template) -> str:
    first, last = rule.get("FromPort"), rule.get("ToPort")
    if str(rule["IpProtocol"]) == "-1" or first is None or first == -1:
        return "all"
    return f"{first}" if first == last else f"{first}-{last}"


def _text(properties: Template) -> str:
    """Return properties as one text without quotes, so that texts in texts are read as well."""
    return json.dumps(properties).translate(str.maketrans("", "", '\\" '))
