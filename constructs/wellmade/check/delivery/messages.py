"""What a missing permission is called, and the statement that adds it."""

import json
import re
from typing import Any

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need
from wellmade.check.delivery.written_arns import reference, written_arn
from wellmade.check.rule import Violation
from wellmade.graph import Resource

_POLICIES = {
    "AWS::SQS::Queue": "an AWS::SQS::QueuePolicy of",
    "AWS::SNS::Topic": "an AWS::SNS::TopicPolicy of",
    "AWS::S3::Bucket": "an AWS::S3::BucketPolicy of",
    "AWS::KMS::Key": "the KeyPolicy of",
}


_REASONS = {
    "nothing in the permission boundary allows it": "nothing in the permission boundary allows it",
    "nothing in the resource's policy allows it": "the key policy neither lets it in nor leaves it to IAM",
}


def violation(deployed: Deployed, need: Need, actions: list[str], why: str) -> Violation:
    """Return the violation: both ends, who lacks what, what happens, and what to change where."""
    add = _fix(deployed, need, actions, why)
    guard = need.actor if isinstance(need.actor, Resource) else need.guard or need.target
    holder = need.guard if need.guard and add.startswith("add to the KeyPolicy") else guard
    add += _of_other_stacks(holder, need, add)
    return Violation(need.at, need.path, message(need, actions, why), add, cause=f"{guard.id}: {add}")


def _of_other_stacks(holder: Resource, need: Need, add: str) -> str:
    """Say what of a statement is a resource of another stack, which no reference reaches."""
    ends = dict.fromkeys(end for end in (need.sender, need.target, need.actor) if isinstance(end, Resource))
    far = [
        f"{end.logical_id} is in {end.stack}"
        for end in ends
        if end.stack != holder.stack and re.search(rf'["{{]{re.escape(end.logical_id)}["}}.]', add)
    ]
    return f" ({' and '.join(far)}: hand its ARN over by an export or a parameter)" if far else ""


def message(need: Need, actions: list[str], why: str) -> str:
    """Return the sentence that names both ends and what is missing."""
    who = need.actor.logical_id if isinstance(need.actor, Resource) else need.actor
    reason = f" ({_REASONS.get(why, why)})" if why.startswith("denied") or _is_elsewhere(need, why) else ""
    is_own = need.target is need.sender
    where = " there" if not is_own else ""
    where = f" with {need.guard.logical_id}, the key that encrypts it" if need.guard else where
    target = "itself" if is_own else need.target.logical_id
    return (
        f"{need.sender.logical_id} {need.purpose} {target}, but {who} may not "
        f"{' and '.join(actions)}{where}{reason}: {need.lost}"
    )


def _is_elsewhere(need: Need, why: str) -> bool:
    """Tell whether the policies of a role allow it, and something besides them does not."""
    return isinstance(need.actor, Resource) and why in _REASONS


def _fix(deployed: Deployed, need: Need, actions: list[str], why: str) -> str:
    """Return what to change: what denies, what does not let in, or else the statement to add, and where."""
    if why.startswith("denied by "):
        holder = why.removeprefix("denied by ").partition(":")[0]
        return f"narrow the statement in the policies of {holder} that denies {' and '.join(actions)}"
    if not isinstance(need.actor, Resource):
        return _to_let_in(deployed, need, actions)
    statement: dict[str, Any] = {"Effect": "Allow", "Action": _one(actions)}
    if _is_elsewhere(need, why) and need.guard:
        whom = {"Principal": {"AWS": reference(need.actor)}}
        let_in = {"Effect": "Allow", **whom, "Action": _one(actions), "Resource": "*"}
        return f"add to the KeyPolicy of {need.guard.logical_id}: {json.dumps(let_in)}"
    where = "permissions boundary" if _is_elsewhere(need, why) else "policies"
    add = json.dumps(
        {**statement, "Resource": written_arn(deployed, need.guard or need.target, need.arns[0])}
    )
    return f"add to the {where} of {need.actor.logical_id}: {add}"


def _to_let_in(deployed: Deployed, need: Need, actions: list[str]) -> str:
    guard = need.guard or need.target
    if "Function" in guard.type:
        return f"add {json.dumps(_permission(deployed, need, guard))}"
    is_key = guard.type == "AWS::KMS::Key"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": need.actor},
        "Action": _one(actions),
        "Resource": "*" if is_key else written_arn(deployed, guard, need.arns[0]),
        **_condition(deployed, need),
    }
    return f"add to {_POLICIES.get(guard.type, 'the policy of')} {guard.logical_id}: {json.dumps(statement)}"


def _one(actions: list[str]) -> Any:
    return actions[0] if len(actions) == 1 else actions


def _condition(deployed: Deployed, need: Need) -> dict[str, Any]:
    if not need.source:
        return {}
    return {"Condition": {"ArnEquals": {"aws:SourceArn": _source(deployed, need)}}}


def _source(deployed: Deployed, need: Need) -> Any:
    if need.source == deployed.arn(need.sender) and "CloudFront" not in need.sender.type:
        return reference(need.sender)
    if "CloudFront" in need.sender.type:
        prefix = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/"
        return {"Fn::Sub": f"{prefix}${{{need.sender.logical_id}}}"}
    return need.source


def _permission(deployed: Deployed, need: Need, function: Resource) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "FunctionName": written_arn(deployed, function, need.arns[0]),
        "Action": "lambda:InvokeFunction",
        "Principal": need.actor,
    }
    if need.sender.type.startswith("AWS::ApiGateway"):
        api = need.sender.logical_id
        arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:"
        properties["SourceArn"] = {"Fn::Sub": f"{arn}${{{api}}}/*"}
    elif need.source:
        properties["SourceArn"] = _source(deployed, need)
    if need.sender.type == "AWS::S3::Bucket":
        properties["SourceAccount"] = {"Ref": "AWS::AccountId"}
    return {"Type": "AWS::Lambda::Permission", "Properties": properties}
