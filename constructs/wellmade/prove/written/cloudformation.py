"""A written policy as JSON for a template, its resources as references."""

import json
from typing import Any

from wellmade.graph import Resource
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.shapes import shape_of
from wellmade.prove.deployed.unknowns import has_unknown
from wellmade.prove.written.policy import Target, WrittenPolicy


def document(written: WrittenPolicy, stack: str, naming: Naming) -> dict[str, Any]:
    """Return the policy document for a role of a stack.

    Args:
        written: The policy.
        stack: Name of the stack; resources of others are written by their ARNs.
        naming: How values of the templates read.
    """
    statements = []
    for right in written.rights:
        body: dict[str, Any] = {"Effect": "Allow", "Action": _one(list(right.actions))}
        body["Resource"] = _one([expression(target, stack, naming) for target in right.targets])
        if right.condition:
            condition = {key: _own(value, naming) for key, value in right.condition}
            body["Condition"] = {"StringEquals": condition}
        statements.append(body)
    return {"Version": "2012-10-17", "Statement": statements}


def text(written: WrittenPolicy, stack: str, naming: Naming) -> str:
    """Return the policy document as JSON."""
    return json.dumps(document(written, stack, naming), indent=2)


def expression(target: Target, stack: str, naming: Naming) -> Any:
    """Return how a template refers to what a right reaches."""
    resource = target.resource
    if resource is None or resource.stack != stack:
        return _own(naming.unknowns.spell(target.text), naming)
    reference = _reference(resource)
    if not target.suffix or (target.suffix == ":*" and resource.type == "AWS::Logs::LogGroup"):
        return (
            {"Ref": resource.logical_id}
            if reference == "Ref"
            else {"Fn::GetAtt": [resource.logical_id, "Arn"]}
        )
    if has_unknown(target.suffix):
        return _own(naming.unknowns.spell(target.text), naming)
    if target.suffix.startswith("/stream/"):
        return {"Fn::GetAtt": [resource.logical_id, "StreamArn"]}
    inner = resource.logical_id if reference == "Ref" else f"{resource.logical_id}.Arn"
    return {"Fn::Sub": f"${{{inner}}}{target.suffix}"}


def _reference(resource: Resource) -> str:
    return "Ref" if shape_of(resource).ref == "arn" else "Arn"


def _own(value: str, naming: Naming) -> Any:
    """Return a text with pseudo parameters for what differs from account to account."""
    written = value.replace(f"arn:{naming.partition}:", "arn:${AWS::Partition}:", 1)
    for known, pseudo in ((naming.account, "AWS::AccountId"), (naming.region, "AWS::Region")):
        written = written.replace(known, f"${{{pseudo}}}")
    return {"Fn::Sub": written} if "${" in written else value


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
