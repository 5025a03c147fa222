import re
from collections.abc import Callable
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs

from tests.templates import actions, ids_of, of_type, stateful, the
from wellmade.foundation import DurableQueue, PythonFunction, monitor
from wellmade.messaging import FanOutTopic, QueueWorker
from wellmade.testing import synthesize

Synth = Callable[[], dict[str, Any]]
WANTED = {"detail": {"delivery": ["parcel"]}}
IMPORTED = "arn:aws:sqs:eu-west-1:111122223333:orders"


def define(stack: cdk.Stack, **options: Any) -> FanOutTopic:
    topic = FanOutTopic(stack, "Orders", **options)
    stock = DurableQueue(stack, "StockQueue", visibility_timeout=cdk.Duration.minutes(6))
    topic.subscribe("Stock", stock, filter_policy=WANTED, filter_policy_scope="MessageBody")
    topic.subscribe("Sales", DurableQueue(stack, "SalesQueue"))
    return topic


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def by_id(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return dict(zip(ids_of(template, kind), of_type(template, kind), strict=True))


def test_each_consumer_gets_raw_messages_through_its_own_filter(template: dict[str, Any]) -> None:
    subscribed = of_type(template, "AWS::SNS::Subscription")
    assert len({str(s["Endpoint"]) for s in subscribed}) == 2
    assert all(s["RawMessageDelivery"] is True for s in subscribed)
    filters = [(s.get("FilterPolicy"), s.get("FilterPolicyScope")) for s in subscribed]
    assert sorted(filters, key=str) == [(None, None), (WANTED, "MessageBody")]


def test_what_cannot_be_delivered_waits_by_consumer(template: dict[str, Any]) -> None:
    subscribed = of_type(template, "AWS::SNS::Subscription")
    waiting = {s["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] for s in subscribed}
    assert len(waiting) == 2
    queues = by_id(template, "AWS::SQS::Queue")
    assert {queues[name]["MessageRetentionPeriod"] for name in waiting} == {14 * 24 * 3600}
    watched = {
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in of_type(template, "AWS::CloudWatch::Alarm")
        for dimension in alarm["Dimensions"]
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }
    assert waiting <= watched


def test_grants_the_topic_alone_to_send_to_the_queues(template: dict[str, Any]) -> None:
    [topic] = [name for name in ids_of(template, "AWS::SNS::Topic") if "Orders" in name]
    allowed = [
        statement
        for policy in of_type(template, "AWS::SQS::QueuePolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert len(allowed) == 4
    for statement in allowed:
        assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
        assert statement["Action"] == "sqs:SendMessage"
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": topic}}}


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "fan_out_topic")


def test_grants_publishing_with_the_key(stack: cdk.Stack, synth: Synth) -> None:
    producer = iam.Role(stack, "Producer", assumed_by=cast(iam.IPrincipal, iam.AccountRootPrincipal()))
    FanOutTopic(stack, "Orders").grant_publish(producer)
    assert actions(synth(), "Producer") == {"sns:Publish", "kms:Decrypt", "kms:GenerateDataKey*"}


def test_connects_a_publisher(stack: cdk.Stack, synth: Synth) -> None:
    FanOutTopic(stack, "Orders").connect(PythonFunction(stack, "Producer", code="order_worker"))
    template = synth()
    assert "TOPIC_ARN" in the(template, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert {"sns:Publish", "kms:GenerateDataKey"} <= actions(template, "Producer")


def test_alarms_by_name_and_by_consumer(stack: cdk.Stack) -> None:
    topic = define(stack)
    assert topic.alarms.failed_deliveries.node.id == "FailedDeliveries"
    assert len(topic.alarms) == 3
    assert topic.subscriptions["Stock"].alarms.undelivered.node.id == "UndeliveredAlarm"
    quiet = FanOutTopic(stack, "Quiet", alarm_thresholds={"failed_deliveries": None})
    quiet.subscribe("Sales", DurableQueue(stack, "Queue"), alarm_thresholds={"undelivered": None})
    assert len(quiet.alarms) == 0


def test_is_shown_by_monitor(stack: cdk.Stack, synth: Synth) -> None:
    monitor(stack, define(stack))
    body = str(the(synth(), "AWS::CloudWatch::Dashboard")["DashboardBody"])
    assert "Orders: failed deliveries" in body
    assert "Orders: undelivered" in body


def test_a_worker_is_subscribed_by_its_queue(stack: cdk.Stack, synth: Synth) -> None:
    worker = QueueWorker(stack, "Stock", function="order_worker")
    FanOutTopic(stack, "Orders").subscribe("Stock", worker)
    [endpoint] = [s["Endpoint"]["Fn::GetAtt"][0] for s in of_type(synth(), "AWS::SNS::Subscription")]
    assert endpoint.startswith("StockMessages")


def test_a_function_gets_a_queue_of_its_own(stack: cdk.Stack, synth: Synth) -> None:
    function = PythonFunction(stack, "Handler", code="order_worker")
    subscription = FanOutTopic(stack, "Orders").subscribe("Stock", function)
    template = synth()
    assert subscription.worker is not None
    assert the(template, "AWS::SNS::Subscription")["Protocol"] == "sqs"
    assert len(ids_of(template, "AWS::Lambda::EventSourceMapping")) == 1
    assert len(ids_of(template, "AWS::Lambda::Function")) == 1


def test_takes_a_topic_of_the_user(stack: cdk.Stack, synth: Synth) -> None:
    topic = FanOutTopic(stack, "Orders", topic=sns.Topic(stack, "Theirs"))
    topic.subscribe("Stock", DurableQueue(stack, "Queue"))
    topic.topic.add_subscription(subscriptions.EmailSubscription("a@example.com"))  # theirs to judge
    template = synth()
    subscribed = [s["TopicArn"]["Ref"] for s in of_type(template, "AWS::SNS::Subscription")]
    assert len(subscribed) == 2
    assert all(name.startswith("Theirs") for name in subscribed)


def test_takes_an_imported_topic_of_another_account(stack: cdk.Stack, synth: Synth) -> None:
    arn = "arn:aws:sns:eu-west-1:444455556666:orders"
    theirs = sns.Topic.from_topic_arn(stack, "Theirs", arn)
    queue = DurableQueue(stack, "Queue", encryption_key=kms.Key(stack, "Key"))
    FanOutTopic(stack, "Orders", topic=theirs).subscribe("Stock", queue)
    template = synth()
    assert the(template, "AWS::SNS::Subscription")["TopicArn"] == arn
    [key] = [k for k in of_type(template, "AWS::KMS::Key") if "sns.amazonaws.com" in str(k)]
    [statement] = [s for s in key["KeyPolicy"]["Statement"] if "sns" in str(s["Principal"])]
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "444455556666"}}


def test_takes_an_imported_queue_and_says_what_its_policy_must_hold(stack: cdk.Stack, synth: Synth) -> None:
    queue = sqs.Queue.from_queue_arn(stack, "Queue", IMPORTED)
    FanOutTopic(stack, "Orders").subscribe("Stock", queue)
    assert the(synth(), "AWS::SNS::Subscription")["Endpoint"] == IMPORTED
    said = [
        m.data for each in stack.node.find_all() for m in each.node.metadata if m.type == "aws:cdk:warning"
    ]
    assert [text for text in said if "must let sns.amazonaws.com call sqs:SendMessage" in str(text)]


def test_a_fifo_topic_delivers_to_fifo_queues(stack: cdk.Stack, synth: Synth) -> None:
    topic = FanOutTopic(stack, "Orders", topic=sns.Topic(stack, "Theirs", fifo=True))
    topic.subscribe("Ledger", DurableQueue(stack, "Queue", fifo=True))
    queues = of_type(synth(), "AWS::SQS::Queue")
    assert [queue["FifoQueue"] for queue in queues] == [True] * 3


def test_one_key_of_the_user_encrypts_all_without_a_cycle(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key(stack, "Key")
    topic = FanOutTopic(stack, "Orders", encryption_key=key)
    topic.subscribe("Stock", DurableQueue(stack, "Queue", encryption_key=key))
    template = synth()
    [theirs] = [k for name, k in by_id(template, "AWS::KMS::Key").items() if name.startswith("Key")]
    assert "Orders" not in str(theirs["KeyPolicy"])
    assert "sns.amazonaws.com" in str(theirs["KeyPolicy"])
    assert all("KmsMasterKeyId" in queue for queue in of_type(template, "AWS::SQS::Queue"))


def test_a_consumer_of_another_stack_touches_no_publisher() -> None:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    publishers = cdk.Stack(app, "Publisher"), cdk.Stack(app, "Second")
    consumers = cdk.Stack(app, "Consumer")
    for publisher in publishers:  # two topics of one name, with a consumer of one name
        FanOutTopic(publisher, "Shop").subscribe("Billing", DurableQueue(consumers, publisher.node.id))
    assembly = app.synth()
    assert not of_type(assembly.get_stack_by_name("Publisher").template, "AWS::SNS::Subscription")
    consumer = assembly.get_stack_by_name("Consumer").template
    assert len(of_type(consumer, "AWS::SNS::Subscription")) == 2
    assert len(of_type(consumer, "AWS::SQS::Queue")) == 6


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"filter_policy": {"a": "b"}},
            "filter_policy.a must be a list of values or conditions, got 'b'; write ['b']",
        ),
        (
            {"filter_policy": {"$or": [{"a": "b"}]}},
            "filter_policy.$or[0].a must be a list of values or conditions, got 'b'; write ['b']",
        ),
        (
            {"filter_policy_scope": "Body"},
            "filter_policy_scope must be 'MessageAttributes' or 'MessageBody', got 'Body'; "
            "look at the body only where it is JSON",
        ),
    ],
)
def test_refuses_filters_that_let_nothing_through(
    stack: cdk.Stack, options: dict[str, Any], message: str
) -> None:
    queue = DurableQueue(stack, "Queue")
    with pytest.raises(ValueError, match=f"^{re.escape('Test/Orders/Stock: ' + message)}$"):
        FanOutTopic(stack, "Orders").subscribe("Stock", queue, **options)


def test_refuses_a_fifo_queue_of_a_standard_topic(stack: cdk.Stack) -> None:
    said = (
        "Test/Orders/Stock: consumer must be a standard queue, as the topic is, got a FIFO queue; "
        "give a standard queue; order over several consumers takes a FIFO topic or a stream"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        FanOutTopic(stack, "Orders").subscribe("Stock", DurableQueue(stack, "Queue", fifo=True))


def test_refuses_what_has_no_queue(stack: cdk.Stack) -> None:
    said = (
        "Test/Orders/Stock: consumer must be a queue, a worker with one, or a function, got Topic; "
        "pass a QueueWorker, a queue or a function"
    )
    wrong: Any = sns.Topic(stack, "Theirs")
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        FanOutTopic(stack, "Orders").subscribe("Stock", wrong)


def test_refuses_at_synth_a_subscription_without_a_failure_path(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    function = PythonFunction(stack, "Worker", code="order_worker")
    FanOutTopic(stack, "Orders").topic.add_subscription(subscriptions.LambdaSubscription(function))
    said = (
        r"Test/Orders: redrive_policy must be a dead-letter queue for what cannot be delivered, got none on "
        r"Worker\w+; use FanOutTopic\.subscribe, or give the subscription a dead_letter_queue"
    )
    assert re.search(said, refused())


def test_refuses_at_synth_an_override_that_takes_the_failure_path(
    stack: cdk.Stack, refused: Callable[[], str]
) -> None:
    subscription = define(stack).subscriptions["Stock"]
    subscription.resource.add_property_deletion_override("RedrivePolicy")
    assert (
        "Test/Orders/Stock: redrive_policy must be a dead-letter queue for what cannot be delivered, got none"
    ) in refused()


def test_takes_a_subscription_with_a_failure_path(stack: cdk.Stack, synth: Synth) -> None:
    topic = FanOutTopic(stack, "Orders")
    function = PythonFunction(stack, "Worker", code="order_worker")
    waiting: Any = sqs.Queue(stack, "Undelivered")
    topic.topic.add_subscription(subscriptions.LambdaSubscription(function, dead_letter_queue=waiting))
    assert "RedrivePolicy" in the(synth(), "AWS::SNS::Subscription")


@pytest.mark.parametrize(
    "options",
    [{"alarm_thresholds": {"failed_deliveries": None}}, {"removal_policy": cdk.RemovalPolicy.DESTROY}],
)
def test_tuning_a_deployed_topic_deletes_no_message(
    template: dict[str, Any], options: dict[str, Any]
) -> None:
    assert stateful(template).items() <= stateful(synthesize(lambda stack: define(stack, **options))).items()
