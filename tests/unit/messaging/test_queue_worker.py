import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from tests.templates import actions, ids_of, of_type, stateful, statements, the
from wellmade.foundation import DurableQueue, ProvisionedPollers, PythonFunction
from wellmade.messaging import QueueWorker
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]
IMPORTED = "arn:aws:sqs:eu-west-1:111122223333:orders"


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(lambda stack: QueueWorker(stack, "Orders", function="order_worker"))


def source_queue(template: dict[str, Any]) -> dict[str, Any]:
    [found] = [queue for queue in of_type(template, "AWS::SQS::Queue") if "RedrivePolicy" in queue]
    return found


def node_function(stack: cdk.Stack, construct_id: str = "Theirs", **options: Any) -> lambda_.Function:
    """Return a function of the user's, of another runtime."""
    return lambda_.Function(
        stack,
        construct_id,
        runtime=lambda_.Runtime.NODEJS_22_X,
        handler="index.handler",
        code=lambda_.Code.from_inline("exports.handler = async () => ({batchItemFailures: []})"),
        **options,
    )


def imported_function(stack: cdk.Stack) -> lambda_.IFunction:
    return lambda_.Function.from_function_attributes(
        stack,
        "Imported",
        function_arn="arn:aws:lambda:eu-west-1:111122223333:function:orders",
        role=iam.Role.from_role_arn(stack, "TheirRole", "arn:aws:iam::111122223333:role/orders"),
        same_environment=True,
    )


def test_visibility_is_six_timeouts_and_the_window(template: dict[str, Any]) -> None:
    function, mapping = (the(template, f"AWS::Lambda::{kind}") for kind in ("Function", "EventSourceMapping"))
    window = mapping["MaximumBatchingWindowInSeconds"]
    assert window == 5
    assert source_queue(template)["VisibilityTimeout"] == 6 * function["Timeout"] + window


def test_throttling_never_uses_up_receives(template: dict[str, Any]) -> None:
    function, mapping = (the(template, f"AWS::Lambda::{kind}") for kind in ("Function", "EventSourceMapping"))
    assert mapping["ScalingConfig"]["MaximumConcurrency"] == function["ReservedConcurrentExecutions"] == 10


def test_a_failed_message_goes_back_alone(template: dict[str, Any]) -> None:
    mapping = the(template, "AWS::Lambda::EventSourceMapping")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BatchSize"] == 10


def test_alarms_on_all_that_can_go_wrong(template: dict[str, Any]) -> None:
    watched = {(a["Namespace"], a["MetricName"]) for a in of_type(template, "AWS::CloudWatch::Alarm")}
    assert watched == {
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
        ("AWS/Lambda", "Errors"),
        ("AWS/Lambda", "Throttles"),
        ("AWS/Lambda", "Duration"),
    }


def test_grants_polling_of_its_own_queue(template: dict[str, Any]) -> None:
    assert actions(template) == {
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    }
    assert not ids_of(template, "AWS::IAM::Policy")


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "queue_worker")


def test_hands_over_as_it_is_told(stack: cdk.Stack, synth: Synth) -> None:
    QueueWorker(
        stack,
        "Orders",
        function="order_worker",
        batch_size=500,
        max_batching_window=cdk.Duration.minutes(1),
        filters=[{"body": {"kind": ["order"]}}],
        max_concurrency=7,
    )
    mapping = the(synth(), "AWS::Lambda::EventSourceMapping")
    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (500, 60)
    assert mapping["FilterCriteria"]["Filters"] == [{"Pattern": '{"body":{"kind":["order"]}}'}]
    assert mapping["ScalingConfig"]["MaximumConcurrency"] == 7


def test_polls_with_pollers_that_are_always_there(stack: cdk.Stack, synth: Synth) -> None:
    QueueWorker(stack, "Orders", function="order_worker", pollers=ProvisionedPollers(2, 4))
    template = synth()
    mapping = the(template, "AWS::Lambda::EventSourceMapping")
    assert mapping["ProvisionedPollerConfig"] == {"MinimumPollers": 2, "MaximumPollers": 4}
    assert "ScalingConfig" not in mapping
    assert the(template, "AWS::Lambda::Function")["ReservedConcurrentExecutions"] == 40


def test_takes_a_folder_of_the_user(stack: cdk.Stack, synth: Synth, own_handler: Path) -> None:
    QueueWorker(stack, "Orders", function=own_handler)
    assert the(synth(), "AWS::Lambda::Function")["Handler"] == "handler.handler"


def test_takes_a_function_and_a_queue_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    function = node_function(stack, timeout=cdk.Duration.seconds(20))
    queue = DurableQueue(stack, "Jobs", visibility_timeout=cdk.Duration.minutes(3))
    worker = QueueWorker(stack, "Orders", function=function, queue=queue)
    template = synth()
    assert len(ids_of(template, "AWS::Lambda::Function")) == 1
    assert len(ids_of(template, "AWS::SQS::Queue")) == 2
    assert the(template, "AWS::Lambda::EventSourceMapping")["ScalingConfig"]["MaximumConcurrency"] == 10
    assert {alarm.node.id for alarm in worker.alarms} == {
        "DeadLetters",
        "OldestMessage",
        "Errors",
        "Throttles",
        "Duration",
    }
    assert "sqs:ReceiveMessage" in actions(template, "Theirs")


def test_takes_an_imported_function_and_queue(stack: cdk.Stack, synth: Synth) -> None:
    QueueWorker(
        stack,
        "Orders",
        function=imported_function(stack),
        queue=sqs.Queue.from_queue_arn(stack, "Queue", IMPORTED),
        visibility_timeout=cdk.Duration.minutes(6),
        alarm_thresholds={"dead_letters": None},
    )
    template = synth()
    assert the(template, "AWS::Lambda::EventSourceMapping")["EventSourceArn"] == IMPORTED
    [policy] = of_type(template, "AWS::IAM::Policy")
    assert policy["Roles"] == ["orders"]


def test_sources_share_the_reservation_of_a_function(stack: cdk.Stack, synth: Synth) -> None:
    function = PythonFunction(stack, "Handler", code="order_worker", reserved_concurrency=20)
    for name, most in (("One", 10), ("Two", None), ("Three", None)):
        QueueWorker(stack, name, function=function, max_concurrency=most)
    mappings = of_type(synth(), "AWS::Lambda::EventSourceMapping")
    assert sorted(m["ScalingConfig"]["MaximumConcurrency"] for m in mappings) == [5, 5, 10]


def test_works_for_a_function_of_another_stack(stack: cdk.Stack) -> None:
    app = cast(cdk.App, stack.node.root)
    function = PythonFunction(cdk.Stack(app, "Code"), "Handler", code="order_worker")
    QueueWorker(stack, "Orders", function=function)
    assembly = app.synth()
    code, template = (assembly.get_stack_by_name(name).template for name in ("Code", "Test"))
    assert "sqs:ReceiveMessage" not in actions(code)
    [policy] = ids_of(template, "AWS::IAM::Policy")
    [mapping] = ids_of(template, "AWS::Lambda::EventSourceMapping")
    assert policy in template["Resources"][mapping]["DependsOn"]


def test_encrypts_with_a_key_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    worker = QueueWorker(stack, "Orders", function="order_worker", encryption_key=kms.Key(stack, "Key"))
    worker.connect(node_function(stack))
    template = synth()
    assert all("KmsMasterKeyId" in queue for queue in of_type(template, "AWS::SQS::Queue"))
    assert "kms:Decrypt" in actions(template, "OrdersWorkerRole")
    assert {"sqs:SendMessage", "kms:GenerateDataKey"} <= actions(template, "Theirs")


def test_connects_a_sender(stack: cdk.Stack, synth: Synth) -> None:
    QueueWorker(stack, "Orders", function="order_worker").connect(node_function(stack), prefix="ORDERS_")
    template = synth()
    variables = {
        name
        for function in of_type(template, "AWS::Lambda::Function")
        if function["Handler"] == "index.handler"
        for name in function["Environment"]["Variables"]
    }
    assert variables == {"ORDERS_QUEUE_URL"}
    assert actions(template, "Theirs") == {"sqs:SendMessage"}


def test_grants_sending_and_nothing_else(stack: cdk.Stack, synth: Synth) -> None:
    worker = QueueWorker(stack, "Orders", function="order_worker")
    role = iam.Role(stack, "Sender", assumed_by=cast(iam.IPrincipal, iam.AccountRootPrincipal()))
    worker.grant_send_messages(role)
    template = synth()
    assert [s["Action"] for s in statements(template, "Sender")] == ["sqs:SendMessage"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"max_concurrency": 1},
            "Test/Orders: max_concurrency must be between 2 and 1000, got 1; "
            "an SQS source runs at least two copies",
        ),
        (
            {"max_batching_window": cdk.Duration.minutes(6)},
            "Test/Orders: max_batching_window must be between 0 and 300, got 360; 5 seconds suit most work",
        ),
        (
            {"batch_size": 20, "max_batching_window": cdk.Duration.seconds(0)},
            "Test/Orders: max_batching_window must be at least 1 s where batch_size is over 10, got none; "
            "wait for the batch to fill",
        ),
        (
            {"max_receive_count": 0},
            "Test/Orders/Messages: max_receive_count must be between 1 and 1000, got 0; 3 suits most work",
        ),
        (
            {"pollers": ProvisionedPollers(2, 4), "max_concurrency": 5},
            "Test/Orders: max_concurrency must be absent beside pollers, got 5; "
            "provisioned pollers bound the concurrency by themselves, 10 a poller",
        ),
        (
            {"alarm_thresholds": {"depth": 1}},
            "Test/Orders: alarm_thresholds must be for one of dead_letters, oldest_message, "
            "waiting_messages, errors, throttles, duration, concurrency, got 'depth'; give a number, or None to leave an alarm out",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        QueueWorker(stack, "Orders", function="order_worker", **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"max_receive_count": 5},
            "max_receive_count must be left out beside queue=, got 5; set it where the queue is defined",
        ),
        (
            {"visibility_timeout": cdk.Duration.minutes(6)},
            "visibility_timeout must be left out beside queue=, got 360 s; set it where the queue is defined",
        ),
        (
            {"alarm_thresholds": {"dead_letters": 5}},
            "alarm_thresholds['dead_letters'] must be left out beside queue=, got a threshold; "
            "set it on the DurableQueue, which has the alarm already",
        ),
    ],
)
def test_refuses_to_tune_a_queue_of_the_user(stack: cdk.Stack, options: dict[str, Any], message: str) -> None:
    queue = DurableQueue(stack, "Jobs", visibility_timeout=cdk.Duration.minutes(7))
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Orders: ' + message)}$"):
        QueueWorker(stack, "Orders", function="order_worker", queue=queue, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"visibility_timeout": cdk.Duration.minutes(6)},
            "dead_letter_queue must be given for an imported queue, so that its alarm can be defined, got None; "
            "import it too, or leave the alarm out with alarm_thresholds={'dead_letters': None}",
        ),
        (
            {"alarm_thresholds": {"dead_letters": None}},
            "visibility_timeout must be given for an imported queue, got None; "
            "give the visibility timeout that the queue has",
        ),
    ],
)
def test_asks_for_what_it_cannot_read_of_an_imported_queue(
    stack: cdk.Stack, options: dict[str, Any], message: str
) -> None:
    queue = sqs.Queue.from_queue_arn(stack, "Queue", IMPORTED)
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Orders: ' + message)}$"):
        QueueWorker(stack, "Orders", function="order_worker", queue=queue, **options)


def test_refuses_what_is_no_function(stack: cdk.Stack) -> None:
    message = (
        "Test/Orders: function must be a name, a Path, an IFunction or a FunctionBase, got Queue; "
        "pass a name, a Path, an IFunction or a FunctionBase"
    )
    wrong: Any = sqs.Queue(stack, "Queue")
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        QueueWorker(stack, "Orders", function=wrong)


def shorten_visibility(worker: QueueWorker) -> None:
    cast(sqs.CfnQueue, worker.queue.node.default_child).add_property_override("VisibilityTimeout", 60)


def forget_early(worker: QueueWorker) -> None:
    resource = cast(sqs.CfnQueue, worker.dead_letter_queue.node.default_child)
    resource.add_property_override("MessageRetentionPeriod", 345600)


def fail_whole_batches(worker: QueueWorker) -> None:
    resource = cast(lambda_.CfnEventSourceMapping, worker.source.node.default_child)
    resource.add_property_deletion_override("FunctionResponseTypes")


def poll_beyond_the_reservation(worker: QueueWorker) -> None:
    cast(lambda_.Function, worker.function).add_event_source_mapping(
        "Second", event_source_arn="arn:aws:sqs:eu-west-1:111122223333:second", max_concurrency=5
    )


@pytest.mark.parametrize(
    ("break_rule", "message"),
    [
        (
            shorten_visibility,
            "Test/Orders: visibility_timeout must be at least 365 s "
            "(6 x 60 s of timeout + 5 s of batching window), got 60 s; or a message is processed twice at once",
        ),
        (
            forget_early,
            "Test/Orders/Messages: dead_letter_queue must be kept longer than the source's 345600 s, "
            "got 345600 s; a message keeps its age when it is moved; set its retention_period to 14 days",
        ),
        (
            fail_whole_batches,
            "Test/Orders: function_response_types must be ['ReportBatchItemFailures'], got None; "
            "or one bad message sends its whole batch back",
        ),
        (
            poll_beyond_the_reservation,
            "Test/Orders: max_concurrency must be at most 10, the function's reservation, in sum over its "
            "queues, got 15 over 2 queues; or throttled receives end in the dead-letter queue",
        ),
    ],
)
def test_refuses_at_synth_what_an_override_broke(
    stack: cdk.Stack, refused: Callable[[], str], break_rule: Callable[[QueueWorker], None], message: str
) -> None:
    break_rule(QueueWorker(stack, "Orders", function="order_worker"))
    assert message in refused()


def test_an_override_that_fits_passes(stack: cdk.Stack, synth: Synth) -> None:
    worker = QueueWorker(stack, "Orders", function="order_worker")
    cast(sqs.CfnQueue, worker.queue.node.default_child).visibility_timeout = 400
    assert source_queue(synth())["VisibilityTimeout"] == 400


@pytest.mark.parametrize(
    "options",
    [
        {"batch_size": 5},
        {"max_batching_window": cdk.Duration.seconds(20)},
        {"max_concurrency": 5},
        {"max_receive_count": 5},
        {"visibility_timeout": cdk.Duration.minutes(10)},
        {"alarm_thresholds": {"dead_letters": None}},
        {"pollers": ProvisionedPollers(2, 4)},
    ],
)
def test_tuning_a_deployed_worker_deletes_no_message(
    template: dict[str, Any], options: dict[str, Any]
) -> None:
    tuned = synthesize(lambda stack: QueueWorker(stack, "Orders", function="order_worker", **options))
    assert stateful(template).items() <= stateful(tuned).items()
