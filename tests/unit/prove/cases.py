"""Small templates with calls, as AWS decides them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.unit.prove.support import Document, allow, document, record
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.proof import Proof
from wellmade.prove.recordings import read
from wellmade.prove.settings import Settings

LOG = allow(["logs:CreateLogStream", "logs:PutLogEvents"], "*")
LAMBDA = {"Service": "lambda.amazonaws.com"}


def get(name: str, attribute: str = "Arn") -> Document:
    return {"Fn::GetAtt": [name, attribute]}


def sub(text: str) -> Document:
    return {"Fn::Sub": text}


def role(*statements: Document, **properties: Any) -> Document:
    policies = [{"PolicyName": "Handler", "PolicyDocument": document(*statements)}] if statements else []
    return {"Type": "AWS::IAM::Role", "Properties": {"Policies": policies, **properties}}


def function(variables: Mapping[str, Any] | None = None, **properties: Any) -> Document:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.14",
            "Handler": "mine/handler.handler",
            "Role": get("Role"),
            "Environment": {"Variables": dict(variables or {})},
            **properties,
        },
    }


def prove(
    folder: Path,
    resources: Mapping[str, Document],
    *calls: Document,
    variables: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    service_control: Any = None,
    resource_control: Any = None,
    **sections: Any,
) -> Proof:
    """Return what is said of the function `Worker`."""
    template = folder / "template.json"
    template.write_text(json.dumps({"Resources": resources, **sections}))
    recording = read(record(folder, *calls, variables=dict(variables or {})))
    proofs = Proofs(
        load([template]), recording, Settings(folder, **(settings or {})), service_control, resource_control
    )
    [found] = [each for each in proofs.every()["functions"] if each.workload.logical_id == "Worker"]
    return found


def said(proof: Proof) -> tuple[str, set[str], set[str]]:
    """Return the verdict, the actions that would be denied and those that are granted and not used."""
    report = proof.report
    return proof.verdict, {each.action for each in report.denied}, {each.action for each in report.unused}
