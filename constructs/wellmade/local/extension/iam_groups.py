"""Gap: CloudFormation does not know the groups of IAM, which MiniStack's IAM has, nor policies on them."""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import json
import re
from collections.abc import Callable
from typing import Any

from ministack.services import iam
from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]
Result = tuple[str, Properties]


def apply() -> None:
    """Register both types; one that a newer release knows is left alone."""
    served = {
        "AWS::IAM::Group": {"create": _create, "update": _update, "delete": _delete},
        "AWS::IAM::UserToGroupAddition": {"create": _add, "update": _add_others, "delete": _take_out},
    }
    for kind, handler in served.items():
        if not dict.__contains__(provisioners._RESOURCE_HANDLERS, kind):
            provisioners._RESOURCE_HANDLERS[kind] = handler


def _create(logical_id: str, properties: Properties, stack: str) -> Result:
    name = properties.get("GroupName") or provisioners._physical_name(stack, logical_id, max_len=128)
    _call(iam._create_group, GroupName=name, Path=properties.get("Path") or "/")
    try:
        _put_policies(name, properties)
    except ValueError:
        _delete(name, properties)
        raise
    return name, {"Arn": iam._groups[name]["Arn"]}


def _update(name: str, old: Properties, new: Properties, _stack: str) -> Result:
    for arn in set(old.get("ManagedPolicyArns") or ()) - set(new.get("ManagedPolicyArns") or ()):
        _call(iam._detach_group_policy, GroupName=name, PolicyArn=arn)
    for policy in _names(old) - _names(new):
        _call(iam._delete_group_policy, GroupName=name, PolicyName=policy)
    _put_policies(name, new)
    return name, {"Arn": iam._groups[name]["Arn"]}


def _delete(name: str, _properties: Properties) -> None:
    iam._delete_group({"GroupName": name})


def _put_policies(name: str, properties: Properties) -> None:
    for arn in properties.get("ManagedPolicyArns") or ():
        _call(iam._attach_group_policy, GroupName=name, PolicyArn=arn)
    for policy in properties.get("Policies") or ():
        document = json.dumps(policy["PolicyDocument"])
        _call(
            iam._put_group_policy,
            GroupName=name,
            PolicyName=policy["PolicyName"],
            PolicyDocument=document,
        )


def _names(properties: Properties) -> set[str]:
    return {policy["PolicyName"] for policy in properties.get("Policies") or ()}


def _add(logical_id: str, properties: Properties, stack: str) -> Result:
    for user in properties["Users"]:
        _call(iam._add_user_to_group, GroupName=properties["GroupName"], UserName=user)
    return provisioners._physical_name(stack, logical_id, max_len=128), {}


def _add_others(identity: str, old: Properties, new: Properties, stack: str) -> Result:
    _take_out(identity, old)
    _add(identity, new, stack)
    return identity, {}


def _take_out(_identity: str, properties: Properties) -> None:
    for user in properties["Users"]:
        iam._remove_user_from_group({"GroupName": properties["GroupName"], "UserName": user})


def _call(action: Callable[[Properties], tuple[int, Any, bytes]], **given: str) -> None:
    """Do what IAM does when it is asked.

    Raises:
        ValueError: If it refuses, with its reason.
    """
    status, _, body = action(given)
    if status >= 400:
        said = re.search(r"<Message>(.*?)</Message>", body.decode(), re.DOTALL)
        raise ValueError(said[1] if said else body.decode())
