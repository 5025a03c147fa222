from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications

from tests.templates import the
from wellmade.foundation import EncryptedTopic, PrivateBucket


def services_that_use_the_key(template: dict[str, Any]) -> list[str]:
    statements = the(template, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
    return [each["Principal"]["Service"] for each in statements if "Service" in each["Principal"]]


def test_a_service_that_the_cdk_lets_publish_may_use_the_key(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    topic = EncryptedTopic(stack, "News")
    PrivateBucket(stack, "Files").add_event_notification(
        s3.EventType.OBJECT_CREATED, notifications.SnsDestination(topic)
    )
    assert services_that_use_the_key(synth()) == ["s3.amazonaws.com"]


def test_a_statement_that_lets_nobody_publish_opens_no_key(
    stack: cdk.Stack, synth: Callable[[], dict[str, Any]]
) -> None:
    topic = EncryptedTopic(stack, "News")
    subscribes = iam.PolicyStatement(
        actions=["sns:Subscribe"],
        principals=[iam.ServicePrincipal("s3.amazonaws.com")],
        resources=[topic.topic_arn],
    )
    topic.add_to_resource_policy(subscribes)
    assert services_that_use_the_key(synth()) == []
