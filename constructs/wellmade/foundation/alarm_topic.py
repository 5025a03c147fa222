"""SNS topic for alarm notifications."""

from typing import cast
from weakref import WeakKeyDictionary

from aws_cdk import Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from wellmade.foundation.encrypted_topic import EncryptedTopic, let_service_publish
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import stack_of
from wellmade.kit.registry import Registry

CLOUDWATCH = "cloudwatch.amazonaws.com"
_let_in: Registry[list[None]] = Registry(list)
"""Topics of the user's that CloudWatch may publish to already."""
_topics: "WeakKeyDictionary[Stack, sns.ITopic]" = WeakKeyDictionary()
_actions: "WeakKeyDictionary[Stack, cloudwatch.IAlarmAction]" = WeakKeyDictionary()


class AlarmTopic(EncryptedTopic):
    """The topic that every alarm of a stack publishes to; subscribe the people on duty to it.

    Defines: topic, its policy (CloudWatch may publish, plain HTTP may not), customer key.

    The key is there because CloudWatch cannot use the key that AWS manages for SNS: with it the alarm
    fires and the message is lost.
    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html

    Runbook:
        An alarm fired and nobody was told: see whether the topic has a confirmed subscription, then whether
        `NumberOfNotificationsFailed` rose. The alarm's history says whether its action was taken, and names
        the key where the topic's key refused it.

    Example:
        topic = AlarmTopic(self, "OnDuty")
        use_alarm_topic(self, topic)

    Args:
        encryption_key: Your own key, which CloudWatch is let use. Default: one is defined.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, encryption_key: kms.IKey | kms.Key | None = None
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            key_description="Encrypts alarm messages on their way to subscribers",
            encryption_key=encryption_key,
        )
        let_service_publish(cast(sns.ITopic, self), CLOUDWATCH)


def use_alarm_topic(scope: Construct, topic: sns.ITopic | sns.Topic) -> None:
    """Make `topic` the one that alarms defined from now on in this stack publish to, and let them.

    Default, without this call: an `AlarmTopic` with the id `AlarmTopic` is defined once in the stack.

    Args:
        scope: Anything of the stack.
        topic: An `AlarmTopic`, any `sns.Topic`, also of another stack, or an imported one, whose owner lets
            CloudWatch publish.

    Raises:
        RefusedError: If it is no topic, or one of another region or account.
    """
    refuse_elsewhere(scope, "topic", topic, imported=["region"])
    stack = stack_of(scope)
    if not isinstance(topic, AlarmTopic) and not _let_in.has(topic):
        _let_in.of(topic)
        let_service_publish(cast(sns.ITopic, topic), CLOUDWATCH)
    _topics[stack] = cast(sns.ITopic, topic)
    _actions.pop(stack, None)


def alarm_topic(scope: Construct) -> sns.ITopic:
    """Return the topic that alarms of this stack publish to, defining it if there is none yet."""
    stack = stack_of(scope)
    if stack not in _topics:
        _topics[stack] = AlarmTopic(stack, "AlarmTopic")
    return _topics[stack]


def alarm_action(scope: Construct) -> cloudwatch.IAlarmAction:
    """Return the action that alarms of this stack take: one object for all of them."""
    stack = stack_of(scope)
    if stack not in _actions:
        _actions[stack] = cast(cloudwatch.IAlarmAction, actions.SnsAction(alarm_topic(scope)))
    return _actions[stack]
