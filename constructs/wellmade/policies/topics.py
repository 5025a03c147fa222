"""Messages to a topic."""

from aws_cdk import aws_sns as sns

from wellmade.policies.need import Allowed, Need, need


def publish(topic: sns.ITopic | sns.Topic) -> Need:
    """Return the need to publish to a topic.

    Args:
        topic: Where messages go.
    """
    return need(topic, Allowed(("sns:Publish",), (topic.topic_arn,)))
