import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from tests.templates import actions, ids_of, lost, of_type, stateful, statements, the
from tests.unit.workflow.sagas import call, define, definition, machine, saga_of
from wellmade.foundation import PythonFunction, monitor
from wellmade.testing import synthesize
from wellmade.workflow import Invoke, RunExpress, SendMessageWithTaskToken, Step, Workflow

Synth = Callable[[], dict[str, Any]]
MACHINE = "AWS::StepFunctions::StateMachine"


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def express(stack: cdk.Stack, **options: Any) -> Workflow:
    return Workflow(stack, "Quick", steps=[Step("Do", call(stack))], express=True, **options)


def test_logs_states_and_no_data_and_traces(template: dict[str, Any]) -> None:
    logging = machine(template)["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    assert machine(template)["TracingConfiguration"] == {"Enabled": True}


def test_alarms_on_executions(template: dict[str, Any]) -> None:
    watched = [
        alarm["MetricName"]
        for alarm in of_type(template, "AWS::CloudWatch::Alarm")
        if alarm["Namespace"] == "AWS/States"
    ]
    # The Express one is compensated by the other when it fails, and calls nobody.
    assert sorted(watched) == sorted(["ExecutionsFailed", *["ExecutionsTimedOut", "ExecutionThrottled"] * 2])


def test_alarms_have_names_and_can_be_tuned_or_left_out(stack: cdk.Stack, synth: Synth) -> None:
    quick = express(stack, alarm_thresholds={"failed_executions": 5, "throttled_executions": None})
    assert quick.alarms.failed_executions.node.id == "FailedExecutions"
    monitor(stack, quick)
    alarms = {a["MetricName"]: a["Threshold"] for a in of_type(synth(), "AWS::CloudWatch::Alarm")}
    assert {"ExecutionsFailed": 5, "ExecutionsTimedOut": 0}.items() <= alarms.items()
    assert "ExecutionThrottled" not in alarms


def test_grants_what_the_steps_call_and_nothing_more(template: dict[str, Any]) -> None:
    named = {s["Action"] for s in statements(template, "SagaRole") if s["Resource"] != "*"}
    assert named == {
        "dynamodb:PutItem",
        "lambda:InvokeFunction",
        "sqs:SendMessage",
        "states:StartSyncExecution",
    }


def test_only_this_machine_may_have_its_role(template: dict[str, Any]) -> None:
    [trust] = [
        r["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
        for name, r in template["Resources"].items()
        if name.startswith("SagaRole") and r["Type"] == "AWS::IAM::Role"
    ]
    source = json.dumps(trust["Condition"]["ArnLike"]["aws:SourceArn"])
    assert f"stateMachine:{machine(template)['StateMachineName']}" in source


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "workflow")


def test_is_a_state_machine_to_everything_of_the_cdk(stack: cdk.Stack, synth: Synth) -> None:
    saga = define(stack)
    reader = iam.Role(stack, "Reader", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
    assert isinstance(saga, sfn.StateMachine)
    saga.grant_read(reader)
    assert "states:DescribeStateMachine" in actions(synth(), "Reader")


def test_a_function_that_is_a_step_may_also_start_it(stack: cdk.Stack, synth: Synth) -> None:
    """A reference to the machine would close a cycle: it needs the function, which needs its role."""
    saga = define(stack)
    step = stack.node.find_child("Do")
    assert isinstance(step, PythonFunction)
    saga.connect(step)
    saga.grant_start(PythonFunction(stack, "Starter", code="order_worker"))
    template = synth()
    assert "states:StartExecution" in actions(template, "DoRole")
    assert "states:StartExecution" in actions(template, "Starter")
    name = machine(template)["StateMachineName"]
    variables = [f["Environment"]["Variables"] for f in of_type(template, "AWS::Lambda::Function")]
    [arn] = [each["STATE_MACHINE_ARN"] for each in variables if "STATE_MACHINE_ARN" in each]
    assert f":stateMachine:{name}" in str(arn)


def test_an_express_one_is_started_and_waited_for(stack: cdk.Stack, synth: Synth) -> None:
    quick = express(stack, encryption_key=kms.Key(stack, "Key"))
    quick.connect(PythonFunction(stack, "Caller", code="order_worker"))
    quick.grant_start_sync(iam.Role(stack, "Other", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com")))
    template = synth()
    assert {"states:StartSyncExecution", "kms:Decrypt"} <= actions(template, "Caller")
    assert actions(template, "Other") == {"states:StartSyncExecution", "kms:Decrypt"}


def test_is_encrypted_with_a_key_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    define(stack, encryption_key=kms.Key(stack, "Key"))
    template = synth()
    assert machine(template)["EncryptionConfiguration"]["Type"] == "CUSTOMER_MANAGED_KMS_KEY"
    assert the(template, "AWS::DynamoDB::Table")["SSESpecification"]["SSEType"] == "KMS"
    [group] = [g for g in of_type(template, "AWS::Logs::LogGroup") if "saga" in str(g.get("LogGroupName"))]
    assert "KmsKeyId" in group
    assert {"kms:Decrypt", "kms:GenerateDataKey"} <= actions(template, "SagaRole")
    assert "delivery.logs" in str(template["Resources"]["Key961B73FD"]["Properties"]["KeyPolicy"])


def test_invokes_a_function_and_runs_a_workflow_of_another_stack(stack: cdk.Stack) -> None:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    other = cdk.Stack(app, "Other")
    task = call(other)
    saga_of(stack, Step("Quick", RunExpress(express(other))), Step("Do", task))
    assembly = app.synth()
    here = assembly.get_stack_by_name("Test").template
    assert "Fn::ImportValue" in str(machine(here)["DefinitionString"])
    assert {"lambda:InvokeFunction", "states:StartSyncExecution"} <= actions(here, "SagaRole")


def test_is_started_from_another_stack(stack: cdk.Stack) -> None:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    define(stack).connect(PythonFunction(cdk.Stack(app, "Other"), "Starter", code="order_worker"))
    assembly = app.synth()
    there = assembly.get_stack_by_name("Other").template
    assert "states:StartExecution" in actions(there, "Starter")
    assert "Outputs" not in assembly.get_stack_by_name("Test").template


@pytest.mark.parametrize(
    "options",
    [
        {"timeout": cdk.Duration.hours(9)},
        {"alarm_thresholds": {"failed_executions": None}},
        {"removal_policy": cdk.RemovalPolicy.DESTROY},
    ],
)
def test_tuning_a_deployed_workflow_deletes_no_claim(
    template: dict[str, Any], options: dict[str, Any]
) -> None:
    assert lost(template, synthesize(lambda stack: define(stack, **options))) == set()


def test_keeps_names_in_a_stage_and_under_another_id_of_the_stack() -> None:
    def named(scope: cdk.App | cdk.Stage, construct_id: str) -> tuple[dict[str, object], list[str]]:
        stack = cdk.Stack(scope, construct_id, stack_name="shop")
        define(stack)
        stage = cdk.Stage.of(stack)
        assert stage is not None
        template = stage.synth().get_stack_by_name("shop").template
        return stateful(template), [m["StateMachineName"] for m in of_type(template, MACHINE)]

    def app() -> cdk.App:
        return cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)

    plain = named(app(), "Shop")
    assert named(app(), "Renamed") == plain
    assert named(cdk.Stage(app(), "Production"), "Shop") == plain


def test_another_type_has_another_name_since_cloudformation_replaces_it(
    stack: cdk.Stack, synth: Synth
) -> None:
    express(stack)
    assert machine(synth(), "EXPRESS")["StateMachineName"].endswith("-express")


def test_names_the_partition_that_it_is_deployed_to(template: dict[str, Any]) -> None:
    called = {s["Resource"] for s in definition(template)["States"].values() if "Resource" in s}
    assert {resource.split(":states:::")[0] for resource in called} == {"arn:?"}


@pytest.mark.parametrize(
    ("minutes", "names", "seconds"), [(1, "a", 120), (4, "a", 300), (1, "abcd", 3600), (15, "abcd", 7200)]
)
def test_has_twice_the_time_that_its_steps_may_take(
    stack: cdk.Stack, minutes: int, names: str, seconds: int
) -> None:
    task = call(stack, timeout=cdk.Duration.minutes(minutes))
    saga = Workflow(stack, "Saga", steps=[Step(name, task) for name in names], express=len(names) == 1)
    assert saga.timeout.to_seconds() == seconds


def test_takes_four_calls_in_a_row(stack: cdk.Stack) -> None:
    saga = Workflow(stack, "Saga", steps=[Step(name, call(stack)) for name in "abcd"])
    assert saga.transitions.completed == 5


def resource(construct: cdk.CfnElement | Any) -> cdk.CfnResource:
    found = construct.node.default_child
    assert isinstance(found, cdk.CfnResource)
    return found


def test_refuses_at_synth_a_function_that_an_override_lets_run_for_longer(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    task = call(stack)
    saga_of(stack, Step("Do", task))
    resource(task.function).add_property_override("Timeout", 600)
    assert (
        "Test/Saga: step 'Do' timeout must be at least 600 s, the timeout of its function, got 70 s; "
        "or the step fails while the function works on"
    ) in refused()


def test_refuses_at_synth_a_queue_that_an_override_lets_work_for_longer(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    failed = sqs.DeadLetterQueue(queue=sqs.Queue(stack, "Failed"), max_receive_count=3)
    queue = sqs.Queue(stack, "Queue", dead_letter_queue=failed)
    saga_of(stack, Step("Pay", SendMessageWithTaskToken(queue, {})))
    resource(queue).add_property_override("VisibilityTimeout", 600)
    assert (
        "Test/Saga: step 'Pay' timeout must be at least 1800 s, what all receives of a message may take, got "
        "390 s; or a worker that reports later is not heard"
    ) in refused()


def test_refuses_at_synth_an_express_workflow_that_an_override_lets_run_too_long(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    state = {"Type": "Pass", "End": True}
    given = json.dumps({"StartAt": "Do", "States": {"Do": state}, "TimeoutSeconds": 600})
    express(stack).resource.add_property_override("DefinitionString", given)
    assert (
        "Test/Quick: timeout must be at most 300 s of an Express workflow, got 600 s; "
        "make it a Standard workflow, or split it"
    ) in refused()


def test_refuses_at_synth_a_wait_without_an_end(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    state = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": True}
    given = json.dumps({"StartAt": "Ask", "States": {"Ask": state}})
    define(stack).resource.add_property_override("DefinitionString", given)
    assert (
        "Test/Saga: step 'Ask' timeout must be given for a wait, got None; "
        "or an execution whose worker died waits for a year"
    ) in refused()


def test_refuses_at_synth_a_definition_that_nobody_can_read(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    define(stack).resource.add_property_override("DefinitionString", "{")
    assert (
        "Test/Saga: definition_string must be JSON with a list of states, got something else; "
        "override single properties of the steps instead, by their options"
    ) in refused()


def test_invokes_the_alias_of_a_function_that_is_kept_warm(stack: cdk.Stack, synth: Synth) -> None:
    saga_of(stack, Step("Warm", call(stack, "Warm", provisioned_concurrency=1)))
    template = synth()
    [alias] = ids_of(template, "AWS::Lambda::Alias")
    assert alias in str(machine(template)["DefinitionString"])


def test_invokes_an_imported_function_whose_timeout_is_told(stack: cdk.Stack, synth: Synth) -> None:
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:theirs"
    theirs = lambda_.Function.from_function_arn(stack, "Theirs", arn)
    saga_of(stack, Step("Theirs", Invoke(theirs, timeout=cdk.Duration.seconds(30))))
    template = synth()
    assert definition(template)["States"]["Theirs"]["TimeoutSeconds"] == 40
    assert arn in [s["Resource"] for s in statements(template, "SagaRole")]
