"""Roles that calls hand on: by name or by ARN, of task definitions and of what no template has.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html and
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/permission-to-pass-iam-roles.html
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.prove.cases import LOG, function, get, prove, role, said, sub
from tests.unit.prove.support import Document, allow, call
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.proof import Proof

HERE = "arn:aws:iam::123456789012:role/"
CREATES, RUNS = allow("lambda:CreateFunction", "*"), allow("ecs:RunTask", "*")
NAMES = {"ROLE": "its-role", "TASK": "a-task"}


def app(*statements: Document, **variables: Any) -> dict[str, Document]:
    roles = {"TaskRoleArn": get("Given"), "ExecutionRoleArn": get("Starter")}
    return {
        "Worker": function({"ROLE": get("Given"), "TASK": {"Ref": "Task"}, **variables}),
        "Role": role(LOG, *statements),
        "Given": role(LOG),
        "Starter": role(LOG),
        "Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": roles},
    }


def passes(*roles: Any, to: str = "") -> Document:
    when = {"Condition": {"StringEquals": {"iam:PassedToService": to}}} if to else {}
    return allow("iam:PassRole", list(roles), **when)


def create(role: str) -> Document:
    return call("lambda", "CreateFunction", FunctionName="f", Role=role, Code={})


def judged(folder: Path, made: Document, *statements: Document, **variables: Any) -> Proof:
    return prove(folder, app(*statements, **variables), made, variables=NAMES)


@pytest.mark.parametrize("named", ["its-role", f"{HERE}its-role"])
@pytest.mark.parametrize(
    ("statements", "denied"),
    [
        ([CREATES], {"iam:PassRole"}),
        ([CREATES, passes(get("Starter"))], {"iam:PassRole"}),
        ([CREATES, passes(get("Given"), to="ecs-tasks.amazonaws.com")], {"iam:PassRole"}),
        ([CREATES, passes(get("Given"), to="lambda.amazonaws.com")], set()),
    ],
)
def test_a_role_is_passed_by_its_name_too(
    tmp_path: Path, named: str, statements: list[Document], denied: set[str]
) -> None:
    verdict = "not proven" if denied else "proven"
    assert said(judged(tmp_path, create(named), *statements))[:2] == (verdict, denied)


def test_a_role_that_a_function_is_changed_to_is_passed(tmp_path: Path) -> None:
    made = call("lambda", "UpdateFunctionConfiguration", FunctionName="f", Role="its-role")
    changes = allow("lambda:UpdateFunctionConfiguration", "*")
    assert said(judged(tmp_path, made, changes))[1] == {"iam:PassRole"}
    made["parameters"].pop("Role")
    assert said(judged(tmp_path, made, changes))[0] == "proven"


@pytest.mark.parametrize("named", ["a-task", "arn:aws:ecs:us-east-1:123456789012:task-definition/a-task:7"])
@pytest.mark.parametrize(
    ("statements", "resources"),
    [
        ([RUNS], {f"{HERE}Given", f"{HERE}Starter"}),
        ([RUNS, passes(get("Given"))], {f"{HERE}Starter"}),
        ([RUNS, passes(get("Given"), get("Starter"), to="ecs-tasks.amazonaws.com")], set()),
    ],
)
def test_who_runs_a_task_passes_the_roles_of_its_definition(
    tmp_path: Path, named: str, statements: list[Document], resources: set[str]
) -> None:
    made = call("ecs", "RunTask", taskDefinition=named, cluster="c")
    variables = {**NAMES, "TASK": named}
    proof = prove(tmp_path, app(*statements), made, variables=variables)
    assert {each.resource for each in proof.report.denied} == resources
    assert proof.verdict == ("not proven" if resources else "proven")


def test_an_override_takes_the_place_of_the_role_of_the_definition(tmp_path: Path) -> None:
    made = call("ecs", "RunTask", taskDefinition="a-task", overrides={"taskRoleArn": f"{HERE}other"})
    report = judged(tmp_path, made, RUNS).report
    assert {each.resource for each in report.denied} == {f"{HERE}other", f"{HERE}Starter"}


@pytest.mark.parametrize("granted", [[], [passes(get("Given"))]])
@pytest.mark.parametrize("operation", ["RunTask", "StartTask"])
def test_the_roles_of_a_task_definition_elsewhere_are_not_judged(
    tmp_path: Path, granted: list[Document], operation: str
) -> None:
    made = call("ecs", operation, taskDefinition="elsewhere:3", containerInstances=["a"])
    proof = judged(tmp_path, made, allow(f"ecs:{operation}", "*"), *granted, TASK="elsewhere:3")
    assert said(proof) == ("not judged", set(), set())
    assert {row.reason for row in proof.report.not_judged} == {"no template tells which roles are passed"}
    assert "the taskRoleArn of elsewhere:3" in "".join(row.what for row in proof.report.not_judged)


def test_whatever_the_roles_of_a_task_are_a_grant_on_all_suffices(tmp_path: Path) -> None:
    made = call("ecs", "RunTask", taskDefinition="elsewhere")
    assert said(judged(tmp_path, made, RUNS, passes("*"), TASK="elsewhere"))[0] == "proven"


@pytest.mark.parametrize(
    "made",
    [
        call("iam", "AddRoleToInstanceProfile", InstanceProfileName="p", RoleName="its-role"),
        call("autoscaling", "CreateAutoScalingGroup", AutoScalingGroupName="g", MinSize=1, MaxSize=1,
             LaunchTemplate={"LaunchTemplateName": "t"}),
        call("glue", "CreateJob", Name="j", Role="its-role", Command={}),
        call("codebuild", "CreateProject", name="p", serviceRole="its-role"),
        call("textract", "StartDocumentTextDetection", DocumentLocation={},
             NotificationChannel={"SNSTopicArn": "t", "RoleArn": f"{HERE}its-role"}),
        call("apigateway", "PutIntegration", restApiId="a", resourceId="r", httpMethod="GET", type="AWS",
             credentials=f"{HERE}its-role"),
        call("ssm", "StartAutomationExecution", DocumentName="d",
             Parameters={"AutomationAssumeRole": [f"{HERE}its-role"]}),
    ],
    ids=lambda made: made["operation"],
)  # fmt: skip
def test_no_role_is_passed_in_silence(tmp_path: Path, made: Document) -> None:
    proof = judged(tmp_path, made, allow(f"{made['service']}:{made['operation']}", "*"))
    asked = {each.action for each in proof.report.denied} | {row.what for row in proof.report.not_judged}
    assert any(each.startswith("iam:PassRole") for each in asked)


def test_what_only_bears_the_name_of_a_role_is_none(tmp_path: Path) -> None:
    talk = [{"role": "user", "content": []}]
    made = call("bedrock-runtime", "Converse", modelId="a.b", messages=talk)
    assert said(judged(tmp_path, made, allow("bedrock:InvokeModel", "*")))[0] == "proven"


@pytest.mark.parametrize(
    ("task", "verdict"),
    [("elsewhere", "not judged"), ({"Ref": "Task"}, "not proven"), (sub("${Other}"), "not judged")],
)
def test_the_role_of_a_workflow_passes_what_its_tasks_run_with(
    tmp_path: Path, task: Any, verdict: str
) -> None:
    state = {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask", "End": True,
             "Parameters": {"Cluster": "c", "TaskDefinition": task}}  # fmt: skip
    definition = {"StartAt": "A", "States": {"A": state}}
    machine = {"Type": "AWS::StepFunctions::StateMachine",
               "Properties": {"Definition": definition, "RoleArn": get("Role")}}  # fmt: skip
    template = {"Parameters": {"Other": {"Type": "String"}}, "Resources": app(RUNS) | {"Machine": machine}}
    del template["Resources"]["Worker"]
    (tmp_path / "t.json").write_text(json.dumps(template))
    [proof] = Proofs(load([tmp_path / "t.json"])).every()["machines"]
    assert {each.action for each in proof.report.denied} == (
        {"iam:PassRole"} if verdict == "not proven" else set()
    )
    reasons = {row.reason for row in proof.report.not_judged}
    assert ("no template tells which roles are passed" in reasons) is (verdict == "not judged")
