import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from tests.templates import actions, ids_of, lost, of_type, stateful, statements
from wellmade.foundation import DurableQueue, PythonFunction
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(lambda stack: DurableQueue(stack, "Jobs"))


def queues(template: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the source and the dead-letter queue."""
    found = of_type(template, "AWS::SQS::Queue")
    [source] = [queue for queue in found if "RedrivePolicy" in queue]
    [dead_letters] = [queue for queue in found if "RedrivePolicy" not in queue]
    return source, dead_letters


def test_moves_a_message_after_three_receives_and_keeps_it_longer(template: dict[str, Any]) -> None:
    source, dead_letters = queues(template)
    assert source["RedrivePolicy"]["maxReceiveCount"] == 3
    assert dead_letters["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert source["MessageRetentionPeriod"] < dead_letters["MessageRetentionPeriod"]
    assert source["SqsManagedSseEnabled"] is dead_letters["SqsManagedSseEnabled"] is True


def test_dead_letter_queue_takes_from_this_queue_only(template: dict[str, Any]) -> None:
    source, dead_letters = queues(template)
    allowed = dead_letters["RedriveAllowPolicy"]
    assert allowed["redrivePermission"] == "byQueue"
    [arn] = allowed["sourceQueueArns"]
    assert arn["Fn::Join"][1][-1] == f":{source['QueueName']}"


def test_both_refuse_plain_http(template: dict[str, Any]) -> None:
    denied = [p["PolicyDocument"]["Statement"][0] for p in of_type(template, "AWS::SQS::QueuePolicy")]
    assert [(s["Effect"], s["Condition"]["Bool"]["aws:SecureTransport"]) for s in denied] == [
        ("Deny", "false"),
        ("Deny", "false"),
    ]


def test_alarms_on_the_first_dead_letter_and_on_age(template: dict[str, Any]) -> None:
    alarms = {alarm["MetricName"]: alarm for alarm in of_type(template, "AWS::CloudWatch::Alarm")}
    assert alarms["ApproximateNumberOfMessagesVisible"]["Threshold"] == 0
    assert alarms["ApproximateAgeOfOldestMessage"]["Threshold"] == 300
    assert all(len(alarm["AlarmActions"]) == 1 for alarm in alarms.values())


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "durable_queue")


def test_alarms_have_names_and_can_be_tuned_or_left_out(stack: cdk.Stack, synth: Synth) -> None:
    queue = DurableQueue(
        stack, "Jobs", alarm_thresholds={"dead_letters": None, "oldest_message": cdk.Duration.minutes(10)}
    )
    assert [alarm.node.id for alarm in queue.alarms] == ["OldestMessage"]
    [alarm] = of_type(synth(), "AWS::CloudWatch::Alarm")
    assert (alarm["MetricName"], alarm["Threshold"]) == ("ApproximateAgeOfOldestMessage", 600)
    message = "Test/Jobs: no alarm 'dead_letters'; there are oldest_message"
    with pytest.raises(AttributeError, match=f"^{message}$"):
        _ = queue.alarms.dead_letters


def test_connects_a_function_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    function = lambda_.Function(
        stack,
        "Sender",
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = async () => {}"),
    )
    DurableQueue(stack, "Jobs").connect(function, prefix="JOBS_")
    template = synth()
    [variables] = [f["Environment"]["Variables"] for f in of_type(template, "AWS::Lambda::Function")]
    assert set(variables) == {"JOBS_QUEUE_URL"}
    assert actions(template, "Sender") == {"sqs:SendMessage"}


def test_refuses_two_queues_under_one_variable(stack: cdk.Stack) -> None:
    sender = PythonFunction(stack, "Sender", code="order_worker")
    DurableQueue(stack, "Jobs").connect(sender)
    message = (
        "Test/Other: prefix must be one that makes the variables' names free, got QUEUE_URL, which Test/Jobs "
        "has set on Test/Sender; give one of the two a prefix, such as connect(…, prefix='OTHER_')"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        DurableQueue(stack, "Other").connect(sender)


def test_is_encrypted_with_a_key_of_the_user_without_a_cycle(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    sender = PythonFunction(stack, "Sender", code="order_worker")
    key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ArnPrincipal(cast(iam.IRole, sender.role).role_arn)],
            actions=["kms:Decrypt"],
            resources=["*"],
        )
    )
    DurableQueue(stack, "Jobs", encryption_key=key).connect(sender)
    template = synth()
    assert all("KmsMasterKeyId" in queue for queue in of_type(template, "AWS::SQS::Queue"))
    inside = [
        r["Properties"]["Policies"] for r in template["Resources"].values() if r["Type"] == "AWS::IAM::Role"
    ]
    assert "sqs:SendMessage" not in str(inside)
    assert {"sqs:SendMessage", "kms:Decrypt", "kms:GenerateDataKey"} <= actions(template, "Sender")


def test_two_queues_share_a_dead_letter_queue(stack: cdk.Stack, synth: Synth) -> None:
    first = DurableQueue(stack, "First")
    shared = cast(sqs.DeadLetterQueue, first.dead_letter_queue).queue
    DurableQueue(stack, "Second", dead_letter_queue=shared)
    template = synth()
    names = {q["QueueName"] for q in of_type(template, "AWS::SQS::Queue") if "RedrivePolicy" in q}
    [allowed] = [
        q["RedriveAllowPolicy"] for q in of_type(template, "AWS::SQS::Queue") if "RedriveAllowPolicy" in q
    ]
    assert {arn["Fn::Join"][1][-1].lstrip(":") for arn in allowed["sourceQueueArns"]} == names


def test_refuses_a_renamed_source_at_synth(stack: cdk.Stack, refused: Callable[[], str]) -> None:
    queue = DurableQueue(stack, "Jobs")
    cast(sqs.CfnQueue, queue.node.default_child).add_property_override("QueueName", "jobs")
    assert (
        "Test/Jobs: dead_letter_queue must be one that takes messages from jobs, got one for "
        "test-jobs-00000000 alone; leave the queue's name as it is, or name it in the redrive allow policy"
    ) in re.sub(r"test-jobs-\w{8}", "test-jobs-00000000", refused())


def dead_letters(stack: cdk.Stack, **options: Any) -> sqs.Queue:
    return sqs.Queue(stack, "Mine", **options)


@pytest.mark.parametrize("options", [{"retention_period": cdk.Duration.days(4)}, {}])
def test_refuses_a_dead_letter_queue_that_forgets_first(
    stack: cdk.Stack, refused: Callable[[], str], options: dict[str, Any]
) -> None:
    DurableQueue(stack, "Jobs", dead_letter_queue=dead_letters(stack, **options))
    assert (
        "Test/Jobs: dead_letter_queue must be kept longer than the source's 345600 s, got 345600 s; "
        "a message keeps its age when it is moved; set its retention_period to 14 days"
    ) in refused()


@pytest.mark.parametrize(
    ("queue", "options", "message"),
    [
        ({"fifo": True}, {}, "dead_letter_queue must be a standard queue, got a FIFO queue"),
        ({}, {"fifo": True}, "dead_letter_queue must be a FIFO queue, got a standard queue"),
    ],
)
def test_refuses_a_dead_letter_queue_of_the_other_kind(
    stack: cdk.Stack, queue: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    mine = dead_letters(stack, retention_period=cdk.Duration.days(14), **queue)
    whole = f"Test/Jobs: {message}; SQS moves messages only to a queue of the same kind"
    with pytest.raises(ValueError, match=f"^{re.escape(whole)}$"):
        DurableQueue(stack, "Jobs", dead_letter_queue=mine, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_receive_count": 0}, "max_receive_count must be between 1 and 1000, got 0; 3 suits most work"),
        (
            {"alarm_thresholds": {"depth": 1}},
            "alarm_thresholds must be for one of dead_letters, oldest_message, waiting_messages, got 'depth'; "
            "give a number, or None to leave an alarm out",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Jobs: ' + message)}$"):
        DurableQueue(stack, "Jobs", **options)


def test_takes_an_imported_dead_letter_queue(stack: cdk.Stack, synth: Synth) -> None:
    arn = "arn:aws:sqs:eu-west-1:111122223333:shared-dead-letters"
    DurableQueue(stack, "Jobs", dead_letter_queue=sqs.Queue.from_queue_arn(stack, "Mine", arn))
    [source] = of_type(synth(), "AWS::SQS::Queue")
    assert source["RedrivePolicy"]["deadLetterTargetArn"] == arn


@pytest.mark.parametrize(
    "options",
    [
        {"visibility_timeout": cdk.Duration.minutes(6)},
        {"retention": cdk.Duration.days(7)},
        {"max_receive_count": 5},
        {"alarm_thresholds": {"dead_letters": None}},
        {"removal_policy": cdk.RemovalPolicy.DESTROY},
    ],
)
def test_tuning_a_deployed_queue_deletes_no_message(
    template: dict[str, Any], options: dict[str, Any]
) -> None:
    assert lost(template, synthesize(lambda stack: DurableQueue(stack, "Jobs", **options))) == set()


def test_keeps_its_name_in_a_stage_and_under_another_id_of_the_stack() -> None:
    def named(scope: cdk.App | cdk.Stage, construct_id: str) -> dict[str, object]:
        stack = cdk.Stack(scope, construct_id, stack_name="shop")
        DurableQueue(stack, "Jobs")
        assembly = cast(cdk.Stage, cdk.Stage.of(stack)).synth()
        return stateful(assembly.get_stack_by_name("shop").template)

    def app() -> cdk.App:
        return cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)

    plain = named(app(), "Shop")
    assert sorted(plain.values(), key=str) == [None, None, plain["JobsDF1CC2D4"]]
    assert named(app(), "Renamed") == plain
    assert named(cdk.Stage(app(), "Production"), "Shop") == plain


def test_sends_from_another_stack(stack: cdk.Stack) -> None:
    queue = DurableQueue(stack, "Jobs")
    other = cdk.Stack(cast(cdk.App, stack.node.root), "Other")
    queue.connect(PythonFunction(other, "Sender", code="order_worker"))
    template = cast(cdk.App, stack.node.root).synth().get_stack_by_name("Other").template
    assert "sqs:SendMessage" in actions(template, "Sender")
    assert ids_of(template, "AWS::IAM::Policy")
    [sends] = [s for s in statements(template, "Sender") if s["Action"] == "sqs:SendMessage"]
    assert "Test" in str(sends["Resource"])
