"""What a size router promises, refuses, grants and looks like."""

import json
import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn

from tests.templates import actions, of_type
from wellmade.compute import FargateTask
from wellmade.foundation import DurableQueue, PythonFunction, monitor
from wellmade.ingest import FilePipeline, SizeRouter
from wellmade.kit.refusals import RefusedError
from wellmade.testing import synthesize
from wellmade.workflow import RunTask, Step, Workflow

Synth = Callable[[], dict[str, Any]]
MINUTE = cdk.Duration.minutes(1)
FILE = {f"FILE_{name.upper()}.$": f"$.{name}" for name in ("bucket", "key", "etag", "version")}


def pipeline_of(stack: cdk.Stack, **options: Any) -> FilePipeline:
    return FilePipeline(stack, "Files", **{"function": "file_receipts", **options})


def task_of(stack: cdk.Stack, **options: Any) -> FargateTask:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, restrict_default_security_group=False)
    return FargateTask(stack, "Receiver", image="file_receiver", vpc=vpc, **options)


def workflow_of(stack: cdk.Stack, task: FargateTask) -> Workflow:
    run = RunTask(task.cluster, task.task_definition, task.security_groups, environment=FILE)
    return Workflow(stack, "LargeFiles", steps=[Step("Receive", run)])


def machine(stack: cdk.Stack, **options: Any) -> sfn.StateMachine:
    body = sfn.DefinitionBody.from_chainable(sfn.Pass(stack, "Done"))
    return sfn.StateMachine(stack, "Theirs", definition_body=body, **options)


def router(stack: cdk.Stack, **options: Any) -> SizeRouter:
    given = {"pipeline": options.pop("pipeline", None) or pipeline_of(stack), "worst_case": MINUTE}
    workflow = options.pop("workflow", None) or machine(stack)
    return SizeRouter(stack, "Sizes", **{**given, "workflow": workflow, **options})


def whole(stack: cdk.Stack) -> None:
    task = task_of(stack)
    found = router(stack, workflow=workflow_of(stack, task))
    found.connect(task)
    monitor(stack, found)


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(whole)


def variables_of(template: dict[str, Any]) -> dict[str, Any]:
    [found] = [
        f["Environment"]["Variables"]
        for f in of_type(template, "AWS::Lambda::Function")
        if "LARGE_FILES_ABOVE_BYTES" in f["Environment"]["Variables"]
    ]
    return cast(dict[str, Any], found)


def warnings_of(stack: cdk.Stack) -> list[str]:
    found = [m for each in stack.node.find_all() for m in each.node.metadata if m.type == "aws:cdk:warning"]
    return [str(m.data) for m in found]


def test_tells_the_function_which_files_it_leaves_to_whom(template: dict[str, Any]) -> None:
    variables = variables_of(template)
    assert variables["LARGE_FILES_ABOVE_BYTES"] == str(100 * 1024**2)
    assert json.loads(variables["LARGE_FILES_SUFFIXES"]) == []
    [name] = [m["StateMachineName"] for m in of_type(template, "AWS::StepFunctions::StateMachine")]
    assert f":stateMachine:{name}" in json.dumps(variables["LARGE_FILES_STATE_MACHINE_ARN"])


def test_tells_the_task_which_file_to_read_and_where_to_write(template: dict[str, Any]) -> None:
    [definition] = of_type(template, "AWS::ECS::TaskDefinition")
    names = {each["Name"] for each in definition["ContainerDefinitions"][0]["Environment"]}
    assert {"RESULTS_BUCKET", "QUARANTINE_BUCKET", "TABLE_NAME"} <= names
    [written] = [m["DefinitionString"] for m in of_type(template, "AWS::StepFunctions::StateMachine")]
    text = "".join(part if isinstance(part, str) else "?" for part in written["Fn::Join"][1])
    overrides = json.loads(text)["States"]["Receive"]["Parameters"]["Overrides"]["ContainerOverrides"]
    assert {each["Name"]: each["Value.$"] for each in overrides[0]["Environment"]} == {
        "FILE_BUCKET": "$.bucket",
        "FILE_KEY": "$.key",
        "FILE_ETAG": "$.etag",
        "FILE_VERSION": "$.version",
    }


def test_grants_the_function_the_start_and_the_task_the_files(template: dict[str, Any]) -> None:
    assert "states:StartExecution" in actions(template, "FilesWorkerRole")
    assert actions(template, "ReceiverRole") == {
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:PutObject",
        "dynamodb:BatchWriteItem",
    }


def test_alarms_before_the_function_runs_out_of_time(template: dict[str, Any]) -> None:
    found = [a for a in of_type(template, "AWS::CloudWatch::Alarm") if a["MetricName"] == "Duration"]
    # Of the slowest file here, of the slowest of a hundred invocations with the function.
    assert {a["Threshold"] for a in found} == {0.8 * 300_000}
    assert {a.get("Statistic") or a["ExtendedStatistic"] for a in found} == {"Maximum", "p99"}
    failed = [a for a in of_type(template, "AWS::CloudWatch::Alarm") if a["MetricName"] == "ExecutionsFailed"]
    assert len(failed) == 1  # the workflow's own


def test_shows_itself(template: dict[str, Any]) -> None:
    [dashboard] = of_type(template, "AWS::CloudWatch::Dashboard")
    assert "ExecutionsStarted" in json.dumps(dashboard)


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "size_router")


def test_takes_anybodys_workflow_and_alarms_on_it(stack: cdk.Stack, synth: Synth) -> None:
    found = router(stack, alarm_thresholds={"failed_executions": 3, "long_runs": None})
    assert {name for name, alarm in found.alarms.by_name().items() if alarm} == {
        "failed_executions",
        "timed_out_executions",
    }
    template = synth()
    assert "Ref" in variables_of(template)["LARGE_FILES_STATE_MACHINE_ARN"]
    assert "states:StartExecution" in actions(template, "FilesWorkerRole")
    thresholds = {a["MetricName"]: a["Threshold"] for a in of_type(template, "AWS::CloudWatch::Alarm")}
    assert thresholds["ExecutionsFailed"] == 3


def test_takes_an_imported_workflow(stack: cdk.Stack) -> None:
    arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:theirs"
    app = cast(cdk.App, stack.node.root)
    own = cdk.Stack(app, "Own", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    router(own, workflow=sfn.StateMachine.from_state_machine_arn(own, "Imported", arn))
    template = app.synth().get_stack_by_name("Own").template
    assert variables_of(template)["LARGE_FILES_STATE_MACHINE_ARN"] == arn


def test_says_what_an_imported_function_needs(stack: cdk.Stack, synth: Synth) -> None:
    function = lambda_.Function.from_function_attributes(
        stack,
        "Imported",
        function_arn="arn:aws:lambda:eu-west-1:111122223333:function:ingest",
        role=iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111122223333:role/ingest"),
        same_environment=True,
    )
    queue = DurableQueue(stack, "Queue", visibility_timeout=cdk.Duration.minutes(31))
    router(stack, pipeline=pipeline_of(stack, function=function, queue=queue))
    assert "states:StartExecution" in actions(synth(), "ingest")
    assert any("LARGE_FILES_ABOVE_BYTES (104857600)" in text for text in warnings_of(stack))


def test_a_task_of_anybody_is_granted_the_same(stack: cdk.Stack, synth: Synth) -> None:
    definition = ecs.FargateTaskDefinition(stack, "Report")
    key = kms.Key(stack, "Key")
    router(stack, pipeline=pipeline_of(stack, encryption_key=key)).grant_process(definition.task_role)
    assert actions(synth(), "ReportTaskRole") >= {
        "s3:GetObjectVersion",
        "s3:PutObject",
        "dynamodb:BatchWriteItem",
        "kms:Decrypt",
        "kms:GenerateDataKey",
    }


def test_states_the_worst_case_of_each_suffix_in_the_template(stack: cdk.Stack, synth: Synth) -> None:
    stated = {".csv": MINUTE}
    router(stack, worst_case=stated, task_suffixes=[".jsonl"], threshold=cdk.Size.mebibytes(5))
    template = synth()
    assert json.loads(variables_of(template)["LARGE_FILES_SUFFIXES"]) == [".jsonl"]
    [told] = [
        r["Metadata"]["wellmade"]["worstCases"]
        for r in template["Resources"].values()
        if r["Type"] == "AWS::Lambda::Function" and "worstCases" in r.get("Metadata", {}).get("wellmade", {})
    ]
    assert told == [{"work": "files *.csv of up to 5242880 bytes", "seconds": 60}]


@pytest.mark.parametrize("workflow_apart", [True, False])
def test_works_over_two_stacks(stack: cdk.Stack, *, workflow_apart: bool) -> None:
    app = cast(cdk.App, stack.node.root)
    other = cdk.Stack(app, "Processing")
    task = task_of(other)
    found = SizeRouter(
        other if workflow_apart else stack,
        "Sizes",
        pipeline=pipeline_of(stack),
        workflow=workflow_of(other, task),
        worst_case=MINUTE,
    )
    found.connect(task)
    assembly = app.synth()
    assert "states:StartExecution" in actions(assembly.get_stack_by_name("Test").template)
    assert "s3:PutObject" in actions(assembly.get_stack_by_name("Processing").template, "ReceiverRole")


WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {"worst_case": cdk.Duration.minutes(16)},
        "Test/Sizes: worst_case['.csv'] must be at most 900 s, the longest that Lambda runs, got 960 s; "
        "lower threshold, or name the suffix in task_suffixes",
    ),
    (
        {"worst_case": {".csv": MINUTE}},
        "Test/Sizes: worst_case must be given for '.csv', '.jsonl', and for nothing else, got nothing for "
        "'.jsonl'; say how long the function takes at worst for such a file of the threshold's size",
    ),
    (
        {"worst_case": {".csv": MINUTE, ".jsonl": MINUTE, ".xml": MINUTE}},
        "Test/Sizes: worst_case must be given for '.csv', '.jsonl', and for nothing else, got one for '.xml'; "
        "say how long the function takes at worst for such a file of the threshold's size",
    ),
    (
        {"task_suffixes": [".xml"]},
        "Test/Sizes: task_suffixes must be some of .csv, .jsonl, got '.xml'; the pipeline is not told of such "
        "files",
    ),
    (
        {"threshold": cdk.Size.bytes(0)},
        "Test/Sizes: threshold must be between 1 byte and 50 TB, got 0 GB; S3 keeps no larger object",
    ),
    (
        {"alarm_thresholds": {"late": 1}},
        "Test/Sizes: alarm_thresholds must be for one of long_runs, failed_executions, timed_out_executions, "
        "got 'late'; give a number, or None to leave an alarm out",
    ),
]


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        router(stack, **options)


def test_refuses_an_express_workflow(stack: cdk.Stack) -> None:
    message = (
        "Test/Sizes: workflow must be a Standard one, which starts one execution of a name, got an Express "
        "one; define it without express=True"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        router(stack, workflow=machine(stack, state_machine_type=sfn.StateMachineType.EXPRESS))


def test_refuses_a_threshold_of_an_alarm_that_the_workflow_has(stack: cdk.Stack) -> None:
    message = (
        "Test/Sizes: alarm_thresholds['failed_executions'] must be left out beside a Workflow, got a "
        "threshold; set it on the Workflow, which has the alarm already"
    )
    with pytest.raises(RefusedError, match=f"^{re.escape(message)}$"):
        router(stack, workflow=workflow_of(stack, task_of(stack)), alarm_thresholds={"failed_executions": 3})


def test_refuses_at_synth_a_worst_case_above_the_functions_timeout(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    function = PythonFunction(stack, "Handler", code="file_receipts", timeout=MINUTE)
    router(stack, pipeline=pipeline_of(stack, function=function), worst_case=cdk.Duration.seconds(61))
    assert (
        "Test/Sizes: worst_case['.csv'] must be at most 60 s, the function's timeout, got 61 s; raise the "
        "timeout, lower threshold, or name the suffix in task_suffixes"
    ) in refused()


def test_refuses_at_synth_a_timeout_that_was_overridden(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    pipeline = pipeline_of(stack, suffixes=[])
    router(stack, pipeline=pipeline)
    resource = cast(lambda_.CfnFunction, pipeline.function.node.default_child)
    resource.add_property_override("Timeout", 30)
    assert "Test/Sizes: worst_case must be at most 30 s, the function's timeout, got 60 s" in refused()
