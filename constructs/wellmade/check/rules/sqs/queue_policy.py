"""Queues let in the services that send to them."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="queue-policy",
    title="Queues let in the services that send to them",
    severity=Severity.ERROR,
    explanation=(
        "SNS, EventBridge and S3 send for themselves, without a role. A queue whose policy does "
        "not let them in receives nothing, and the sender drops the messages without a trace."
    ),
    fix="let the service in with the queue's policy, for this sender only",
    source="https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html",
    check=missing("queue-policy"),
)
