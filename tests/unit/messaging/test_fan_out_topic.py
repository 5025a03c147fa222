import re
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs

from wellmade.foundation import DurableQueue, PythonFunction
from wellmade.messaging import FanOutTopic
from wellmade.testing import synthesize

WANTED = {"detail": {"delivery": ["parcel"]}}


def define(stack: cdk.Stack) -> FanOutTopic:
    topic = FanOutTopic(stack, "Orders")
    for name, where in (("Stock", WANTED), ("Sales", None)):
        queue = DurableQueue(stack, f"{name}Queue", visibility_timeout=cdk.Duration.minutes(6))
        topic.add_consumer(name, queue.queue, where=where)
    return topic


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return synthesize(define)


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: r["Properties"] for name, r in template["Resources"].items() if r["Type"] == kind}


def test_each_consumer_gets_raw_messages_through_its_own_filter(template: dict[str, Any]) -> None:
    subscribed = of_type(template, "AWS::SNS::Subscription")
    assert len({str(s["Endpoint"]) for s in subscribed.values()}) == 2
    assert all(s["RawMessageDelivery"] is True for s in subscribed.values())
    filters = {name: (s.get("FilterPolicy"), s.get("FilterPolicyScope")) for name, s in subscribed.items()}
    assert sorted(filters.values(), key=str) == [(None, None), (WANTED, "MessageBody")]


def test_what_cannot_be_delivered_is_set_aside_by_consumer(template: dict[str, Any]) -> None:
    subscribed = of_type(template, "AWS::SNS::Subscription")
    aside = {s["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] for s in subscribed.values()}
    assert len(aside) == 2
    queues = of_type(template, "AWS::SQS::Queue")
    assert {queues[name]["MessageRetentionPeriod"] for name in aside} == {14 * 24 * 3600}
    watched = {
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in of_type(template, "AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Dimensions"]
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }
    assert aside <= watched


def test_grants_the_topic_alone_to_send_to_the_queues(template: dict[str, Any]) -> None:
    [topic] = [name for name in of_type(template, "AWS::SNS::Topic") if "Orders" in name]
    allowed = [
        statement
        for policy in of_type(template, "AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert len(allowed) == 4
    for statement in allowed:
        assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
        assert statement["Action"] == "sqs:SendMessage"
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": topic}}}


def test_grants_publishing_with_the_key(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    producer = PythonFunction(stack, "Producer", package="order_worker")
    FanOutTopic(stack, "Orders").grant_publish(producer)
    [policy] = of_type(synth(), "AWS::IAM::Policy").values()
    actions = [s["Action"] for s in policy["PolicyDocument"]["Statement"]]
    assert actions == ["sns:Publish", ["kms:Decrypt", "kms:GenerateDataKey*"]]


def test_looks_like(template: dict[str, Any], snapshot: Callable[..., None]) -> None:
    snapshot(template, "fan_out_topic")


def test_refuses_two_kinds_of_filters(stack: cdk.Stack) -> None:
    topic, queue = FanOutTopic(stack, "Orders"), sqs.Queue(stack, "Queue")
    said = (
        "Test/Orders/Stock: where must be given without where_attributes, got both; "
        "SNS looks at the body or at the attributes of a subscription, not at both"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        topic.add_consumer("Stock", queue, where={"a": ["b"]}, where_attributes={"a": ["b"]})


def test_refuses_a_fifo_queue(stack: cdk.Stack) -> None:
    topic, queue = FanOutTopic(stack, "Orders"), sqs.Queue(stack, "Queue", fifo=True)
    said = (
        "Test/Orders/Stock: queue must be a standard queue, got a FIFO queue; "
        "give a standard queue; order over several consumers needs a stream"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        topic.add_consumer("Stock", queue)


def test_refuses_a_function_without_a_failure_path(stack: cdk.Stack) -> None:
    topic = FanOutTopic(stack, "Orders")
    function: Any = PythonFunction(stack, "Worker", package="order_worker").function
    said = (
        "Test/Orders/Topic: subscription must be one with a dead-letter queue, got lambda without one; "
        "use FanOutTopic.add_consumer, or give the subscription a dead_letter_queue"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        topic.topic.add_subscription(subscriptions.LambdaSubscription(function))


def test_takes_a_function_with_a_failure_path(stack: cdk.Stack, synth: Callable[[], dict[str, Any]]) -> None:
    topic = FanOutTopic(stack, "Orders")
    function: lambda_.Function = PythonFunction(stack, "Worker", package="order_worker").function
    aside: Any = sqs.Queue(stack, "Aside")
    topic.topic.add_subscription(subscriptions.LambdaSubscription(function, dead_letter_queue=aside))
    [subscription] = of_type(synth(), "AWS::SNS::Subscription").values()
    assert "RedrivePolicy" in subscription


def test_a_consumer_of_another_stack_touches_no_publisher() -> None:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=False)
    stacks = cdk.Stack(app, "Publisher"), cdk.Stack(app, "Consumer")
    queue: Any = sqs.Queue(stacks[1], "Queue")
    FanOutTopic(stacks[0], "Shop").add_consumer("Billing", queue)
    publisher, consumer = (app.synth().get_stack_by_name(stack.stack_name).template for stack in stacks)
    assert not of_type(publisher, "AWS::SNS::Subscription")
    assert len(of_type(consumer, "AWS::SNS::Subscription")) == 1
    queues = [r for r in consumer["Resources"].values() if r["Type"] == "AWS::SQS::Queue"]
    assert len(queues) == 2  # its own and the one of what could not be delivered


@pytest.mark.parametrize("option", ["where", "where_attributes"])
def test_refuses_a_filter_that_lets_nothing_through(stack: cdk.Stack, option: str) -> None:
    queue: Any = sqs.Queue(stack, "Queue")
    said = f"Test/Shop/Billing: {option}.a must be a list of values or conditions, got 'b'; write ['b']"
    with pytest.raises(ValueError, match=re.escape(said)):
        FanOutTopic(stack, "Shop").add_consumer("Billing", queue, **{option: {"a": "b"}})


def test_refuses_an_imported_queue(stack: cdk.Stack) -> None:
    queue: Any = sqs.Queue.from_queue_arn(stack, "Queue", "arn:aws:sqs:eu-west-1:111122223333:orders")
    with pytest.raises(
        ValueError, match="queue must be one whose policy is defined in this app, got an imported"
    ):
        FanOutTopic(stack, "Shop").add_consumer("Billing", queue)
