"""A rule of EventBridge that tells a queue of each file in a bucket of the user's."""

from collections.abc import Sequence

from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.object_events import created_pattern, send_events
from wellmade.kit.key_policies import allow_delivery
from wellmade.kit.names import early_name, rule_arn

SERVICE = "events.amazonaws.com"


def define_arrival_rule(
    scope: Construct,
    bucket: s3.IBucket,
    queue: sqs.IQueue,
    dead_letters: sqs.IQueue | None,
    prefix: str,
    suffixes: Sequence[str],
) -> events.CfnRule:
    """Define the rule, let it send to the queue, and let the bucket send events.

    The queue's policy names the rule's ARN, which is known early: so another account's bucket of any name
    cannot send, and a key that encrypts both bucket and queue closes no cycle. What cannot be delivered goes
    to the dead-letter queue of the pipeline.

    Args:
        scope: The pipeline.
        bucket: An L2 or an imported one.
        queue: Where its events go.
        dead_letters: Where those go that the queue does not take; None where it is not known.
        prefix: Where files arrive.
        suffixes: What their names end with; none for every file.
    """
    name = early_name(scope, "Arrivals", max_length=64)
    source = {"ArnEquals": {"aws:SourceArn": rule_arn(scope, name)}}
    for each in (queue, dead_letters):
        if each is not None:
            allow_delivery(scope, each, SERVICE, source)
    send_events(scope, bucket)
    undelivered = (
        events.CfnRule.DeadLetterConfigProperty(arn=dead_letters.queue_arn) if dead_letters else None
    )
    target = events.CfnRule.TargetProperty(arn=queue.queue_arn, id="Queue", dead_letter_config=undelivered)
    return events.CfnRule(
        scope,
        "Arrivals",
        name=name,
        event_pattern=created_pattern(bucket, prefix, suffixes),
        targets=[target],
    )
