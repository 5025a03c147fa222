"""Versions and aliases of state machines: a right is on the machine, and a condition key tells which is meant.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html ("Step Functions uses the
state machine's ARN instead of using the version ARN or alias ARN")
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said, sub
from tests.unit.prove.support import Document, allow, call
from wellmade.graph import load
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.machines import waits_of

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:mine"
MACHINE, LIVE, NUMBER = {"Ref": "Machine"}, {"Ref": "Live"}, {"Ref": "Number"}
OF_LIVE = {"Condition": {"StringEquals": {"states:StateMachineQualifier": "live"}}}
OF_OTHER = {"Condition": {"StringEquals": {"states:StateMachineQualifier": "other"}}}


def typed(kind: str, **properties: Any) -> Document:
    return {"Type": f"AWS::StepFunctions::StateMachine{kind}", "Properties": properties}


def app(deployed: Any, granted: Document) -> dict[str, Document]:
    return {
        "Worker": function({"MACHINE": deployed}),
        "Role": role(LOG, granted),
        "Machine": typed("", RoleArn=get("Other"), DefinitionString="{}"),
        "Number": typed("Version", StateMachineArn=MACHINE),
        "Live": typed("Alias", Name="live", RoutingConfiguration=[{"StateMachineVersionArn": NUMBER}]),
        "Other": role(LOG),
    }


def judged(folder: Path, deployed: Any, tested: str, granted: Document, operation: str) -> str:
    started = call("stepfunctions", operation, stateMachineArn=tested)
    return said(prove(folder, app(deployed, granted), started, variables={"MACHINE": tested}))[0]


@pytest.mark.parametrize("operation", ["StartExecution", "StartSyncExecution", "DescribeStateMachine"])
@pytest.mark.parametrize(
    ("deployed", "tested"), [(LIVE, f"{ARN}:test"), (LIVE, ARN), (sub("${Machine}:live"), f"{ARN}:live")]
)
@pytest.mark.parametrize(
    ("resource", "condition", "verdict"),
    [
        (MACHINE, {}, "proven"),
        (MACHINE, OF_LIVE, "proven"),
        (MACHINE, OF_OTHER, "not proven"),
        (LIVE, {}, "not proven"),
        (sub("${Machine}:*"), {}, "not proven"),
    ],
)
def test_an_alias_is_started_by_the_right_on_its_machine(
    tmp_path: Path, operation: str, deployed: Any, tested: str, resource: Any, condition: Any, verdict: str
) -> None:
    granted = allow(f"states:{operation}", resource, **condition)
    assert judged(tmp_path, deployed, tested, granted, operation) == verdict


@pytest.mark.parametrize(("condition", "verdict"), [({}, "proven"), (OF_LIVE, "not judged")])
def test_the_number_of_a_version_is_not_known(tmp_path: Path, condition: Any, verdict: str) -> None:
    granted = allow("states:StartExecution", MACHINE, **condition)
    assert judged(tmp_path, NUMBER, f"{ARN}:1", granted, "StartExecution") == verdict


def test_a_machine_that_no_template_holds_is_unknown(tmp_path: Path) -> None:
    resources = {"Live": typed("Alias", Name="live", RoutingConfiguration=[])}
    (tmp_path / "template.json").write_text(json.dumps({"Resources": resources}))
    graph = load([tmp_path / "template.json"])
    [alias] = graph.of_type("AWS::StepFunctions::StateMachineAlias")
    naming = Naming(graph)
    assert "the state machine behind Live" in naming.unknowns.spell(naming.arn(alias))


def test_who_waits_for_an_alias_asks_about_executions_of_its_machine(tmp_path: Path) -> None:
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": f"{ARN}:live"},
        "End": True,
    }
    definition = json.dumps({"StartAt": "It", "States": {"It": task}})
    resources = {"Waits": typed("", RoleArn=get("Other"), DefinitionString=definition), "Other": role(LOG)}
    (tmp_path / "template.json").write_text(json.dumps({"Resources": resources}))
    graph = load([tmp_path / "template.json"])
    [machine] = graph.of_type("AWS::StepFunctions::StateMachine")
    asked = {need.action: need.resource for need, *_ in waits_of(machine, Naming(graph))}
    assert asked["states:DescribeExecution"].endswith(":execution:mine:*")
