"""What a missing permission is called, and the statement that adds it."""

import json
from typing import Any

from wellmade.check.delivery.deployed import Deployed
from wellmade.check.delivery.need import Need
from wellmade.check.rule import Violation
from wellmade.graph import Resource
from wellmade.prove.deployed.naming import shape_of

_POLICIES = {
    "AWS::SQS::Queue": "an AWS::SQS::QueuePolicy of",
    "AWS::SNS::Topic": "an AWS::SNS::TopicPolicy of",
    "AWS::S3::Bucket": "an AWS::S3::BucketPolicy of",
    "AWS::KMS::Key": "the KeyPolicy of",
}


def violation(deployed: Deployed, need: Need, actions: list[str], why: str) -> Violation:
    """Return the violation: both ends, who lacks what, what happens, and what to add where."""
    add = fix(deployed, need, actions)
    guard = need.actor if isinstance(need.actor, Resource) else need.guard or need.target
    return Violation(need.at, need.path, message(need, actions, why), add, cause=f"{guard.id}: {add}")


def message(need: Need, actions: list[str], why: str) -> str:
    """Return the sentence that names both ends and what is missing."""
    who = need.actor.logical_id if isinstance(need.actor, Resource) else need.actor
    reason = f" ({why})" if why.startswith(("denied", "nothing in the permission boundary")) else ""
    is_own = need.target is need.sender
    where = " there" if not is_own else ""
    where = f" with {need.guard.logical_id}, the key that encrypts it" if need.guard else where
    target = "itself" if is_own else need.target.logical_id
    return (
        f"{need.sender.logical_id} {need.purpose} {target}, but {who} may not "
        f"{' and '.join(actions)}{where}{reason}: {need.lost}"
    )


def fix(deployed: Deployed, need: Need, actions: list[str]) -> str:
    """Return the statement to add, and where."""
    if isinstance(need.actor, Resource):
        statement = {"Effect": "Allow", "Action": _one(actions), "Resource": _resource(deployed, need)}
        return f"add to the policies of {need.actor.logical_id}: {json.dumps(statement)}"
    guard = need.guard or need.target
    if "Function" in guard.type:
        return f"add {json.dumps(_permission(deployed, need, guard))}"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": need.actor},
        "Action": _one(actions),
        "Resource": "*" if guard.type == "AWS::KMS::Key" else _resource(deployed, need),
        **_condition(deployed, need),
    }
    return f"add to {_POLICIES.get(guard.type, 'the policy of')} {guard.logical_id}: {json.dumps(statement)}"


def _one(actions: list[str]) -> Any:
    return actions[0] if len(actions) == 1 else actions


def _resource(deployed: Deployed, need: Need) -> Any:
    guard = need.guard or need.target
    own = deployed.open_arn(guard)
    suffix = need.arns[0].removeprefix(own)
    if suffix == need.arns[0]:
        return need.arns[0]
    arn = _arn(guard)
    return arn if not suffix else {"Fn::Join": ["", [arn, suffix]]}


def _arn(resource: Resource) -> Any:
    if shape_of(resource).ref == "arn":
        return {"Ref": resource.logical_id}
    return {"Fn::GetAtt": [resource.logical_id, "Arn"]}


def _condition(deployed: Deployed, need: Need) -> dict[str, Any]:
    if not need.source:
        return {}
    return {"Condition": {"ArnEquals": {"aws:SourceArn": _source(deployed, need)}}}


def _source(deployed: Deployed, need: Need) -> Any:
    if need.source == deployed.arn(need.sender) and "CloudFront" not in need.sender.type:
        return _arn(need.sender)
    if "CloudFront" in need.sender.type:
        prefix = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/"
        return {"Fn::Sub": f"{prefix}${{{need.sender.logical_id}}}"}
    return need.source


def _permission(deployed: Deployed, need: Need, function: Resource) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "FunctionName": {"Fn::GetAtt": [function.logical_id, "Arn"]},
        "Action": "lambda:InvokeFunction",
        "Principal": need.actor,
    }
    if "execute-api" in need.source:
        api = need.sender.logical_id
        arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:"
        properties["SourceArn"] = {"Fn::Sub": f"{arn}${{{api}}}/*"}
    elif need.source:
        properties["SourceArn"] = _source(deployed, need)
    if need.sender.type == "AWS::S3::Bucket":
        properties["SourceAccount"] = {"Ref": "AWS::AccountId"}
    return {"Type": "AWS::Lambda::Permission", "Properties": properties}
