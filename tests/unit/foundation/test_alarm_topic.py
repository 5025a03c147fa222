"""Alarms are of use where CloudWatch may publish to the topic, and use its key."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from tests.templates import of_type, the
from wellmade.foundation import AlarmTopic, DurableQueue, EncryptedTopic, use_alarm_topic

Synth = Callable[[], dict[str, Any]]
CLOUDWATCH = "cloudwatch.amazonaws.com"


def allowed(resource: dict[str, Any], policy: str) -> list[Any]:
    """Return what CloudWatch may do by a policy, and for whom."""
    return [
        (each["Action"], each["Condition"])
        for each in resource[policy]["Statement"]
        if each["Principal"] == {"Service": CLOUDWATCH}
    ]


OF_ACCOUNT = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


@pytest.mark.parametrize("kind", [EncryptedTopic, AlarmTopic])
def test_cloudwatch_may_publish_to_a_topic_of_ours_and_use_its_key(
    stack: cdk.Stack, synth: Synth, kind: type[EncryptedTopic]
) -> None:
    use_alarm_topic(stack, kind(stack, "Topic"))
    DurableQueue(stack, "Queue")
    template = synth()
    assert allowed(the(template, "AWS::SNS::TopicPolicy"), "PolicyDocument") == [("sns:Publish", OF_ACCOUNT)]
    uses = ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert allowed(the(template, "AWS::KMS::Key"), "KeyPolicy") == [(uses, OF_ACCOUNT)]


def test_cloudwatch_may_publish_to_a_topic_of_another_stack_that_two_use(
    synth: Synth, stack: cdk.Stack
) -> None:
    topic = sns.Topic(stack, "Topic", enforce_ssl=True)
    for name in ("One", "Other"):
        another = cdk.Stack(stack.node.root, name)  # type: ignore[arg-type] # the app
        use_alarm_topic(another, topic)
        DurableQueue(another, "Queue")
    assert len(allowed(the(synth(), "AWS::SNS::TopicPolicy"), "PolicyDocument")) == 1


def test_says_what_the_owner_of_an_imported_topic_must_allow(stack: cdk.Stack, synth: Synth) -> None:
    topic = sns.Topic.from_topic_arn(stack, "Topic", "arn:aws:sns:eu-west-1:111122223333:pager")
    use_alarm_topic(stack, topic)
    DurableQueue(stack, "Queue")
    assert len(of_type(synth(), "AWS::SNS::Topic")) == 0
    said = [str(each.data) for each in topic.node.metadata if each.type == "aws:cdk:warning"]
    assert [text for text in said if "must let cloudwatch.amazonaws.com call sns:Publish" in text]


def test_says_what_the_owner_of_an_imported_key_must_allow(stack: cdk.Stack, synth: Synth) -> None:
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:111122223333:key/1")
    AlarmTopic(stack, "Topic", encryption_key=key)
    synth()
    [said] = [str(each.data) for each in key.node.metadata if each.type == "aws:cdk:warning"]
    wanted = (
        f"the policy of the imported key must let {CLOUDWATCH} call kms:Decrypt and kms:GenerateDataKey*; "
    )
    assert said.startswith(f"{wanted}add the statement where the key is defined")
