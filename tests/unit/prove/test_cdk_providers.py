"""What the CDK brings along is left out, all of it, and nothing of one's own."""

import json
from pathlib import Path

import pytest

from tests.unit.prove.cases import LOG, function, role
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.settings import Settings


@pytest.mark.parametrize(
    ("name", "exempt"),
    [
        ("WaitProviderframeworkonEvent294A3755", True),
        ("WaitProviderframeworkisComplete44F29B9D", True),
        ("RegionsframeworkonTimeoutE1C8D0D4", True),
        ("LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A", True),
        ("MyframeworkFunction0A1B2C3D", False),
        ("frameworkonEvent", False),
    ],
)
def test_a_function_of_the_cdk_is_exempt(tmp_path: Path, name: str, exempt: bool) -> None:  # noqa: FBT001
    (tmp_path / "template.json").write_text(json.dumps({"Resources": {name: function(), "Role": role(LOG)}}))
    [proof] = Proofs(load([tmp_path / "template.json"]), None, Settings(tmp_path)).every()["functions"]
    assert (proof.verdict == "exempt") is exempt


def test_so_is_the_state_machine_that_waits_for_it(tmp_path: Path) -> None:
    resources = {
        "WaitProviderwaiterstatemachine79C63BA3": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "DefinitionString": '{"StartAt": "a", "States": {"a": {"Type": "Succeed"}}}',
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            },
        },
        "Role": role(LOG),
    }
    (tmp_path / "template.json").write_text(json.dumps({"Resources": resources}))
    [proof] = Proofs(load([tmp_path / "template.json"]), None, Settings(tmp_path)).every()["machines"]
    assert proof.verdict == "exempt"
