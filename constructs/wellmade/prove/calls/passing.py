"""Roles that a call hands to a service: who calls needs `iam:PassRole` on each.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html (who runs a task
passes the roles of its definition) and
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/permission-to-pass-iam-roles.html (instance profiles)
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from wellmade.facts.partitions import partition_of
from wellmade.prove.calls import table
from wellmade.prove.calls.call import UNTOLD, AccountContext, Call, Need, called_unknown, is_unknown
from wellmade.prove.calls.catalogue import expand, find, prefix_of
from wellmade.prove.calls.parameters import named_texts
from wellmade.prove.policy.glob import matcher, wild

ACTION = "iam:PassRole"
PASSED_TO = {"ecs": "ecs-tasks", "iam": "ec2"}
"""Where the service that a role is passed to is not called as in IAM."""
_TO_SEVERAL = ("autoscaling", "batch", "eks", "elasticmapreduce", "rds")
"""Services that hand roles on to others, such as to instances or to monitoring."""
_BY_RULE = frozenset({
    ("ecs", "RegisterTaskDefinition"), ("events", "PutTargets"), ("lambda", "UpdateFunctionConfiguration"),
})  # fmt: skip
"""Operations that pass a role, which the Service Authorization Reference does not tell."""
_NOT_PASSED = ("iam", "sts")
"""Services whose calls name roles to act on them."""
_LINKED = "role/aws-service-role/"
_ARN = matcher(wild("arn:*:iam::*:role/*"))
_NAMES_ARN = re.compile(r"role_?arns?$", re.IGNORECASE)
_NAMES_ROLE = re.compile(r"role(_?name|_?arn)?s?$", re.IGNORECASE)
_NAMES_OTHERS = re.compile(r"principal|policy|resource", re.IGNORECASE)
"""Parameters that name a role to which something is allowed, or that is acted on."""
_TAKES_NAMES = ("batch", "codebuild", "emr", "glue", "mediaconvert", "ssm")
"""Services that take roles by name where it is not told that they pass them."""
_HOLDS_ROLE = re.compile(r"instance_?profile|launch_?(template|configuration)", re.IGNORECASE)
"""Parameters that name something which has a role of its own."""
_REVISION = re.compile(r":(\d+|\*)$")
_DOUBT = "whether a role is passed here is told by no reference of AWS's"
_UNKNOWN = "no template tells which roles are passed"


def passed_roles(call: Call, account: AccountContext, prefix: str) -> Iterator[Need]:
    """Yield what it takes to hand the roles among the parameters, at whatever depth, to the service."""
    named = (text for name, text in _texts(call.parameters) if _ARN(text) or _NAMES_ROLE.search(name))
    for role in dict.fromkeys(named):
        yield pass_to(account.role(call, role), prefix)
    for name, holder in _holders(call.parameters) if prefix != "iam" else ():
        for role in _behind(call, account, name, holder):
            yield pass_to(role, prefix)


def maybe_passed(call: Call, account: AccountContext) -> Iterator[Need]:
    """Yield the same for an operation of which it is not told that it passes roles."""
    prefix = prefix_of(call)
    if prefix in _NOT_PASSED:
        return
    for name, text in _texts(call.parameters):
        by_name = call.service in _TAKES_NAMES and _NAMES_ROLE.search(name)
        if _NAMES_ARN.search(name) or by_name or (_ARN(text) and not _NAMES_OTHERS.search(name)):
            yield pass_to(account.role(call, text), prefix)


def of_task(call: Call, account: AccountContext, definition: str) -> Iterator[Need]:
    """Yield what it takes to pass a task the roles of its definition, unless the call has others."""
    overrides = call.parameters.get("overrides") or {}
    for name in ("taskRoleArn", "executionRoleArn"):
        if overrides.get(name):
            continue
        for arn in account.resolve(definition):
            known = account.task_roles.get(_REVISION.sub("", arn))
            what = f"the {name} of {arn.rpartition('/')[2] or arn}"
            for role in known.get(name, ()) if known is not None else (called_unknown(what),):
                yield pass_to(role, "ecs")


def only_if(call: Call, action: str, resource: str) -> str:
    """Say why a role that may not be passed is no denial; empty if it is one."""
    if action != ACTION:
        return ""
    if is_unknown(resource):
        return _UNKNOWN
    return "" if passes(call) else _DOUBT


def passes(call: Call) -> bool:
    """Tell whether it is known that an operation passes the roles that its parameters name."""
    action = find(prefix_of(call), call.operation)
    if action and action.passes_role:
        return True
    return (call.service, call.operation) in _BY_RULE or ACTION in table.actions_of(call)


def may_pass(action: str) -> bool:
    """Tell whether a call of which nothing but its action, or its service alone, is known may pass a role."""
    prefix, _, name = action.partition(":")
    if name:
        found = find(prefix, name)
        return bool(found and found.passes_role) or (prefix, name) in _BY_RULE
    return prefix == "*" or _has_passing(prefix)


@cache
def _has_passing(prefix: str) -> bool:
    names = (each.partition(":")[2] for each in expand(f"{prefix}:*"))
    return any(may_pass(f"{prefix}:{name}") for name in names)


def pass_to(role: str, prefix: str) -> Need:
    """Return what it takes to hand a role to a service, named by its prefix in IAM."""
    service = f"{PASSED_TO.get(prefix, prefix)}.amazonaws.com"
    in_china = role.startswith("arn:aws-cn:") and service.startswith("ec2.")  # it ends otherwise there
    told = not in_china and prefix not in _TO_SEVERAL
    return Need(ACTION, role, {"iam:PassedToService": service if told else [UNTOLD]})


def _texts(parameters: Any) -> Iterator[tuple[str, str]]:
    """Yield texts with their names, but for those of roles that services make for themselves."""
    for name, text in named_texts(parameters):
        if _LINKED not in text and not name.lower().startswith("servicelinked"):
            yield name, text


def _behind(call: Call, account: AccountContext, name: str, holder: Any) -> Sequence[str]:
    """Return the roles of an instance profile of the templates; one that is not known of any other."""
    given = (holder.get("Arn") or holder.get("Name")) if isinstance(holder, Mapping) else holder
    roles: list[str] = []
    if "profile" in name.lower() and isinstance(given, str):
        here = f"arn:{partition_of(call.region)}:iam::{account.number}:instance-profile/{given}"
        profiles = account.resolve(given if given.startswith("arn:") else here)
        roles = [role for each in profiles for role in account.profiles.get(each, ())]
    return roles or [called_unknown(f"the role behind {name}")]


def _holders(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the parameters that name a profile or a template of instances."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            if each and _HOLDS_ROLE.search(str(key)):
                yield str(key), each
            else:
                yield from _holders(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _holders(each)
