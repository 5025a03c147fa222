"""What Step Functions needs beside its tasks, against what the CDK grants for each of them.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
"""

import json
import re
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from tests.unit.prove.cases import get, role
from tests.unit.prove.support import Document, allow
from wellmade.graph import load
from wellmade.prove.calls.catalogue import find
from wellmade.prove.every import Proofs
from wellmade.prove.proof import Proof
from wellmade.prove.settings import Settings
from wellmade.prove.waits import FILE

RUN = sfn.IntegrationPattern.RUN_JOB
NAMED: dict[str, tuple[str, Document, list[str]]] = {
    "a step of EMR": (
        "elasticmapreduce:addStep.sync", {"ClusterId": "j-1", "Step": {}},
        ["AddJobFlowSteps", "CancelSteps", "DescribeStep"],
    ),
    "the end of a cluster of EMR": (
        "elasticmapreduce:terminateCluster.sync", {"ClusterId": "j-1"}, ["DescribeCluster", "TerminateJobFlows"],
    ),
    "a step that is cancelled": ("elasticmapreduce:cancelStep", {"ClusterId": "j-1", "StepId": "s-1"}, ["CancelSteps"]),
    "a run of EMR Serverless": (
        "emr-serverless:startJobRun.sync", {"ApplicationId": "a", "ExecutionRoleArn": "arn:aws:iam::123456789012:role/x"},
        ["CancelJobRun", "GetJobRun", "StartJobRun", "PassRole"],
    ),
    "a job of processing": (
        "sagemaker:createProcessingJob.sync", {"ProcessingJobName": "p", "RoleArn": "arn:aws:iam::123456789012:role/x"},
        ["CreateProcessingJob", "DescribeProcessingJob", "StopProcessingJob", "PassRole"],
    ),
}  # fmt: skip
"""Tasks with the actions that AWS's guide names for them, but for those of the rule."""


def machines(folder: Path) -> list[Proof]:
    return list(Proofs(load([folder]), None, Settings(folder)).every()["machines"])


def proved(folder: Path, called: str, given: Document, *statements: Document) -> Proof:
    state = {"Type": "Task", "Resource": f"arn:aws:states:::{called}", "Parameters": given, "End": True}
    flow: dict[str, Any] = {
        "RoleArn": get("Role"),
        "Definition": {"StartAt": "Go", "States": {"Go": state}},
    }
    resources = {
        "Flow": {"Type": "AWS::StepFunctions::StateMachine", "Properties": flow},
        "Role": role(*statements),
    }
    (folder / "template.json").write_text(json.dumps({"Resources": resources}))
    [proof] = machines(folder)
    return proof


RULE = allow(
    ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
    "arn:aws:events:*:*:rule/StepFunctionsGetEvent*",
)


@pytest.mark.parametrize("name", NAMED)
def test_a_wait_needs_what_the_guide_names(tmp_path: Path, name: str) -> None:
    called, given, actions = NAMED[name]
    service = called.partition(":")[0]
    needed = ["iam:PassRole" if each == "PassRole" else f"{service}:{each}" for each in actions]
    awaited = [RULE] if ".sync" in called else []
    assert proved(tmp_path, called, given, allow(needed, "*"), *awaited).verdict == "proven"
    for left_out in needed:
        some = [allow([each for each in needed if each != left_out] or ["sns:Publish"], "*"), *awaited]
        denied = proved(tmp_path, called, given, *some).report.denied
        assert {each.action for each in denied} == {left_out}


def test_a_wait_without_the_rule_is_denied(tmp_path: Path) -> None:
    called, given, actions = NAMED["a step of EMR"]
    granted = allow([f"elasticmapreduce:{each}" for each in actions], "*")
    denied = proved(tmp_path, called, given, granted).report.denied
    assert {each.resource.rpartition("/")[2] for each in denied} == {
        "StepFunctionsGetEventForEMRAddJobFlowStepsRule"
    }


def of_the_cdk(stack: cdk.Stack) -> dict[str, sfn.TaskStateBase]:
    """Return a task of each integration for which the CDK writes the policy."""
    worker = iam.Role(stack, "Worker", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    build = codebuild.Project(stack, "Build", build_spec=codebuild.BuildSpec.from_object({"version": "0.2"}))
    container = tasks.TransformInput(
        transform_data_source=tasks.TransformDataSource(
            s3_data_source=tasks.TransformS3DataSource(s3_uri="s3://files/a")
        )
    )
    return {
        "Build": tasks.CodeBuildStartBuild(stack, "B", project=build, integration_pattern=RUN),
        "Batches": tasks.CodeBuildStartBuildBatch(stack, "BB", project=build, integration_pattern=RUN),
        "Glue": tasks.GlueStartJobRun(stack, "G", glue_job_name="job", integration_pattern=RUN),
        "Brew": tasks.GlueDataBrewStartJobRun(stack, "D", name="job", integration_pattern=RUN),
        "Step": tasks.EmrAddStep(stack, "S", cluster_id="j-1", jar="a.jar", name="n"),
        "End": tasks.EmrTerminateCluster(stack, "T", cluster_id="j-1"),
        "Transform": tasks.SageMakerCreateTransformJob(
            stack, "M", model_name="m", transform_job_name="t", transform_input=container, role=worker,
            transform_output=tasks.TransformOutput(s3_output_path="s3://files/b"), integration_pattern=RUN,
        ),
        "Query": tasks.AthenaStartQueryExecution(stack, "A", query_string="select 1", work_group="w", integration_pattern=RUN),
    }  # fmt: skip


def test_a_role_that_the_cdk_writes_for_a_wait_is_not_denied(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path))
    stack = cdk.Stack(app, "Flows")
    for name, task in of_the_cdk(stack).items():
        sfn.StateMachine(stack, f"{name}Flow", definition_body=sfn.DefinitionBody.from_chainable(task))
    app.synth()
    denied = {
        each.workload.logical_id: [(one.action, one.resource) for one in each.report.denied]
        for each in machines(tmp_path)
        if each.report.denied
    }
    assert denied == {}


def test_every_action_of_the_table_is_one_of_iam() -> None:
    lines = [line.split() for line in FILE.read_text().splitlines() if line and not line.startswith("#")]
    needs = [word.lstrip("?~").partition("@")[0] for line in lines for word in line[3:] if "@" in word]
    assert [each for each in needs if not find(*each.split(":"))] == []
    rules = {word for line in lines for word in line[3:] if word.startswith("rule:")}
    assert all(re.fullmatch(r"rule:StepFunctionsGetEvents?For\w+Rule", each) for each in rules)
