"""Each kind of task: its state, and what the workflow's role holds for it."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from tests.templates import actions, ids_of, statements
from tests.unit.workflow.sagas import LARGE, call, definition, follow, saga_of
from wellmade.workflow import (
    CallAwsService,
    Choice,
    CustomState,
    Parallel,
    Permission,
    RunExpress,
    RunTask,
    SendMessageWithTaskToken,
    Step,
    Wait,
)

Synth = Callable[[], dict[str, Any]]


def states(synth: Synth) -> dict[str, Any]:
    found: dict[str, Any] = definition(synth())["States"]
    return found


def granted(template: dict[str, Any], action: str) -> dict[str, Any]:
    """Return the only statement of the workflow's role that allows an action."""
    [found] = [s for s in statements(template, "SagaRole") if action in str(s["Action"])]
    return found


def test_branches_run_at_once_and_are_compensated_at_once_backwards(stack: cdk.Stack, synth: Synth) -> None:
    task = call(stack)
    both = Parallel(
        [
            [Step("Stock", task, task, non_retryable_errors=("GoneError",)), Step("Price", task)],
            [Step("Pay", task, task), Step("Bill", task, task)],
        ]
    )
    saga = saga_of(stack, Step("Both", both))
    found = states(synth)
    forward, back = found["Both"]["Branches"], found["Compensate Both"]["Branches"]
    assert [follow(b["States"], b["StartAt"])[:-1] for b in forward] == [["Stock", "Price"], ["Pay", "Bill"]]
    assert [follow(b["States"], b["StartAt"])[:-1] for b in back] == [
        ["Compensate Stock"],
        ["Compensate Bill", "Compensate Pay"],
    ]
    assert found["Both"]["Catch"][0]["Next"] == "Compensate Both"
    assert found["Last"]["Catch"][0]["Next"] == "Compensate Last"
    assert found["Compensate Last"]["Next"] == "Compensate Both"
    assert forward[0]["States"]["Stock"]["Retry"][-1]["MaxAttempts"] == 5
    assert back[0]["States"]["Compensate Stock"]["Retry"][-1]["MaxAttempts"] == 10
    assert back[0]["States"]["Compensate Stock"]["Retry"][0]["ErrorEquals"] == ["GoneError"]
    assert saga.transitions.completed == 1 + 2 + 4 + 2


def test_one_of_several_steps_is_done_and_all_are_compensated(stack: cdk.Stack, synth: Synth) -> None:
    task = call(stack)
    route = Choice([Step("Parcel", task, task, when=LARGE), Step("Letter", task, task)])
    saga_of(stack, Step("Send", route))
    found = states(synth)
    assert found["Send"]["Choices"] == [{**LARGE, "Next": "Parcel"}]
    assert found["Send"]["Default"] == "Letter"
    assert {found[name]["Next"] for name in ("Parcel", "Letter")} == {"Last"}
    assert follow(found, "Send", "Last")[2:] == [
        "Last",
        "Compensate Last",
        "Compensate Letter",
        "Compensate Parcel",
        "Compensated",
    ]


def test_a_condition_may_be_written_with_the_cdk(stack: cdk.Stack, synth: Synth) -> None:
    large = sfn.Condition.number_greater_than("$.amount", 100)
    parcel = Step("Parcel", call(stack), when=large)
    saga_of(stack, Step("Send", Choice([parcel])), Step("Insure", call(stack), when=large))
    rule = {"Variable": "$.amount", "NumericGreaterThan": 100}
    found = states(synth)
    assert found["Send"]["Choices"] == [{**rule, "Next": "Parcel"}]
    assert found["Insure?"]["Choices"] == [{**rule, "Next": "Insure"}]


def test_where_no_condition_holds_nothing_is_done(stack: cdk.Stack, synth: Synth) -> None:
    saga_of(stack, Step("Send", Choice([Step("Parcel", call(stack), when=LARGE)])))
    assert states(synth)["Send"]["Default"] == "Last"


@pytest.mark.parametrize(
    ("wait", "state"),
    [
        (Wait(cdk.Duration.minutes(5)), {"Seconds": 300}),
        (Wait(cdk.Duration.days(1), until="$.ship_at"), {"TimestampPath": "$.ship_at"}),
    ],
)
def test_waits(stack: cdk.Stack, synth: Synth, wait: Wait, state: dict[str, Any]) -> None:
    saga_of(stack, Step("Pause", wait))
    assert states(synth)["Pause"] == {"Type": "Wait", **state, "Next": "Last"}


def test_calls_a_service_with_the_action_that_follows_from_the_call(stack: cdk.Stack, synth: Synth) -> None:
    arn = "arn:aws:events:eu-west-1:111122223333:rule/nightly"
    enable = CallAwsService("eventbridge", "enableRule", [arn], {"Name.$": "$.rule"}, result_path="$.rule")
    saga_of(stack, Step("Enable", enable))
    template = synth()
    state = definition(template)["States"]["Enable"]
    assert state["Resource"] == "arn:?:states:::aws-sdk:eventbridge:enableRule"
    assert (state["Parameters"], state["ResultPath"]) == ({"Name.$": "$.rule"}, "$.rule")
    assert granted(template, "EnableRule") == {
        "Action": "events:EnableRule",
        "Effect": "Allow",
        "Resource": arn,
    }


def test_calls_a_service_with_actions_that_are_given(stack: cdk.Stack, synth: Synth) -> None:
    arn = "arn:aws:s3:::their-lake/in/*"
    head = CallAwsService("s3", "headObject", [arn], iam_actions=["s3:GetObject"])
    saga_of(stack, Step("Head", head))
    assert granted(synth(), "s3:")["Action"] == "s3:GetObject"


@pytest.mark.parametrize(
    ("service", "action", "checked"),
    [
        ("cognitoidentityprovider", "adminGetUser", "cognito-idp:AdminGetUser"),
        ("s3", "listObjectsV2", "s3:ListBucket"),
        ("s3", "copyObject", ["s3:GetObject", "s3:PutObject"]),
        ("sns", "publishBatch", "sns:Publish"),
    ],
)
def test_calls_a_service_with_what_iam_checks(
    stack: cdk.Stack, synth: Synth, service: str, action: str, checked: object
) -> None:
    arn = f"arn:aws:{service}:eu-west-1:111122223333:one"
    saga_of(stack, Step("Call", CallAwsService(service, action, [arn])))
    assert [s["Action"] for s in statements(synth(), "SagaRole") if s["Resource"] == arn] == [checked]


def test_calls_a_service_that_knows_no_resource(stack: cdk.Stack, synth: Synth) -> None:
    reason = "Rekognition reads the picture that it is sent; there is no resource to name."
    saga_of(stack, Step("Look", CallAwsService("rekognition", "detectLabels", ["*"], reason=reason)))
    assert granted(synth(), "DetectLabels")["Resource"] == "*"


def container(stack: cdk.Stack, **options: Any) -> RunTask:
    vpc = ec2.Vpc(stack, "Network")
    program = ecs.FargateTaskDefinition(stack, "Program")
    image = ecs.ContainerImage.from_registry("public.ecr.aws/docker/library/busybox")
    program.add_container("transcode", image=image, logging=ecs.LogDrivers.aws_logs(stream_prefix="t"))
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    cluster = ecs.Cluster(stack, "Cluster", vpc=vpc, enable_fargate_capacity_providers=True)
    return RunTask(cluster, program, [group], **options)


def test_runs_a_container_until_it_ends(stack: cdk.Stack, synth: Synth) -> None:
    saga_of(stack, Step("Transcode", container(stack, environment={"KEY.$": "$.key", "FORMAT": "mp4"})))
    state = states(synth)["Transcode"]
    assert state["Resource"] == "arn:?:states:::ecs:runTask.sync"
    assert state["TimeoutSeconds"] == 3600
    network = state["Parameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert (len(network["Subnets"]), len(network["SecurityGroups"])) == (2, 1)
    assert state["Parameters"]["Overrides"]["ContainerOverrides"] == [
        {
            "Name": "transcode",
            "Environment": [{"Name": "KEY", "Value.$": "$.key"}, {"Name": "FORMAT", "Value": "mp4"}],
        }
    ]


def test_passes_a_containers_two_roles_to_ecs_and_nothing_else(stack: cdk.Stack, synth: Synth) -> None:
    saga_of(stack, Step("Transcode", container(stack)))
    template = synth()
    passed = granted(template, "iam:PassRole")
    roles = [arn["Fn::GetAtt"][0] for arn in passed["Resource"]]
    assert sorted(roles) == [name for name in sorted(ids_of(template, "AWS::IAM::Role")) if "Program" in name]
    assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    run = granted(template, "ecs:RunTask")
    assert "ArnEquals" in run["Condition"]
    assert "*" not in str(run["Resource"])


def test_a_state_of_ones_own_brings_its_permissions(stack: cdk.Stack, synth: Synth) -> None:
    arn = "arn:aws:states:eu-west-1:111122223333:activity:sign"
    own = CustomState(
        {"Type": "Task", "Resource": arn, "HeartbeatSeconds": 60},
        permissions=[Permission(("states:GetActivityTask",), (arn,))],
        timeout=cdk.Duration.hours(1),
    )
    saga_of(stack, Step("Sign", own, compensation=call(stack)))
    template = synth()
    state = definition(template)["States"]["Sign"]
    assert (state["Resource"], state["TimeoutSeconds"], state["HeartbeatSeconds"]) == (arn, 3600, 60)
    assert (state["Next"], state["Catch"][0]["Next"]) == ("Last", "Compensate Sign")
    assert granted(template, "GetActivityTask")["Resource"] == arn


def test_a_state_of_ones_own_that_cannot_fail_is_not_retried(stack: cdk.Stack, synth: Synth) -> None:
    saga_of(stack, Step("Note", CustomState({"Type": "Pass", "Result": 1, "ResultPath": "$.note"})))
    assert states(synth)["Note"] == {"Type": "Pass", "Result": 1, "ResultPath": "$.note", "Next": "Last"}


def test_sends_to_a_queue_that_a_key_of_the_user_encrypts(stack: cdk.Stack, synth: Synth) -> None:
    queue = sqs.Queue(stack, "Queue", encryption_master_key=kms.Key(stack, "Key"))
    saga_of(stack, Step("Pay", SendMessageWithTaskToken(queue, {"order.$": "$"})))
    assert {"sqs:SendMessage", "kms:GenerateDataKey", "kms:Decrypt"} <= actions(synth(), "SagaRole")


def test_waits_for_an_imported_queue_a_quarter_of_an_hour(stack: cdk.Stack, synth: Synth) -> None:
    arn = "arn:aws:sqs:eu-west-1:111122223333:payments"
    queue = sqs.Queue.from_queue_arn(stack, "Queue", arn)
    saga_of(stack, Step("Pay", SendMessageWithTaskToken(queue, {})))
    assert states(synth)["Pay"]["TimeoutSeconds"] == 900


def test_waits_longer_than_all_receives_of_a_message_may_take(stack: cdk.Stack, synth: Synth) -> None:
    failed = sqs.DeadLetterQueue(queue=sqs.Queue(stack, "Failed"), max_receive_count=3)
    queue = sqs.Queue(stack, "Queue", dead_letter_queue=failed, visibility_timeout=cdk.Duration.minutes(6))
    saga_of(stack, Step("Pay", SendMessageWithTaskToken(queue, {})))
    assert states(synth)["Pay"]["TimeoutSeconds"] == 3 * 360 + 300


def test_runs_an_express_machine_of_anybody(stack: cdk.Stack, synth: Synth) -> None:
    theirs = sfn.StateMachine(
        stack,
        "Theirs",
        state_machine_type=sfn.StateMachineType.EXPRESS,
        definition_body=sfn.DefinitionBody.from_chainable(sfn.Pass(stack, "Nothing")),
        role=iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com")),
    )
    arn = "arn:aws:states:eu-west-1:111122223333:stateMachine:imported"
    imported = sfn.StateMachine.from_state_machine_arn(stack, "Imported", arn)
    saga_of(stack, Step("Theirs", RunExpress(theirs)), Step("Imported", RunExpress(imported)))
    found = states(synth)
    assert {found[name]["TimeoutSeconds"] for name in ("Theirs", "Imported")} == {310}
    assert found["Imported"]["Parameters"]["StateMachineArn"] == arn
