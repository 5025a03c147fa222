"""Twins of a template, each without one single permission, rule of a security group or endpoint."""

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

Template = dict[str, Any]
_GONE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
_RULES = ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")


class Twin(NamedTuple):
    """A template that lacks one thing, and what that is."""

    lacks: str
    """`resource action` or `resource path`."""
    who: str
    """The services that may assume the role that lost an action; empty for all else."""
    template: Template


def twins(template: Template) -> Iterator[Twin]:
    """Yield a twin for each permission, each action that a statement allows, each rule and each endpoint."""
    for name, resource in template["Resources"].items():
        kind = resource["Type"]
        if kind in ("AWS::Lambda::Permission", "AWS::EC2::VPCEndpoint", *_RULES):
            yield Twin(f"{name} {kind}", "", _without_resource(template, name))
        elif kind == "AWS::EC2::SecurityGroup":
            yield from _without_rules(template, name)
        for index, (_, statement) in enumerate(_statements(resource)):
            for action in _listed(statement["Action"]):
                if _is_by_service(statement):
                    twin = _without_action(template, name, index, action)
                    yield Twin(f"{name} {action}", _services(template, resource, name), twin)


def _is_by_service(statement: Template) -> bool:
    """Tell whether a statement allows, and lets in a service if it is of a resource's policy."""
    principal = statement.get("Principal", {"Service": ""})
    return statement["Effect"] == "Allow" and isinstance(principal, dict) and "Service" in principal


def _without_resource(template: Template, name: str) -> Template:
    twin = copy.deepcopy(template)
    twin["Resources"][name] = _GONE
    return twin


def _without_rules(template: Template, name: str) -> Iterator[Twin]:
    for way in ("SecurityGroupIngress", "SecurityGroupEgress"):
        for index, rule in enumerate(template["Resources"][name]["Properties"].get(way, ())):
            if rule.get("CidrIp") != "255.255.255.255/32":
                twin = copy.deepcopy(template)
                del twin["Resources"][name]["Properties"][way][index]
                yield Twin(f"{name} {way}.{index}", "", twin)


def _without_action(template: Template, name: str, index: int, action: str) -> Template:
    twin = copy.deepcopy(template)
    _, statement = list(_statements(twin["Resources"][name]))[index]
    left = [each for each in _listed(statement["Action"]) if each != action]
    statement["Action"] = left or "none:None"
    return twin


def _statements(resource: Template) -> Iterator[tuple[str, Template]]:
    properties = resource.get("Properties", {})
    documents = [properties.get(key) for key in ("PolicyDocument", "KeyPolicy")]
    documents += [policy.get("PolicyDocument") for policy in properties.get("Policies", ())]
    for document in documents:
        for statement in document.get("Statement", ()) if isinstance(document, dict) else ():
            yield resource["Type"], statement


def _services(template: Template, resource: Template, name: str) -> str:
    """Return who may assume the roles that a policy is for."""
    named = [name] if resource["Type"] == "AWS::IAM::Role" else _roles(resource)
    trusts = [template["Resources"].get(role, {}).get("Properties", {}) for role in named]
    return str([trust.get("AssumeRolePolicyDocument", {}).get("Statement") for trust in trusts])


def _roles(resource: Template) -> list[str]:
    return [role["Ref"] for role in resource["Properties"].get("Roles", ()) if "Ref" in role]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
