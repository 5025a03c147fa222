"""Dead-letter queues let in the services that send failed events to them."""

from wellmade.check.delivery.every import missing
from wellmade.check.rule import Rule, Severity

RULE = Rule(
    id="failure-policy",
    title="Dead-letter queues let in the services that send failed events to them",
    severity=Severity.ERROR,
    explanation=(
        "EventBridge and SNS send to a dead-letter queue for themselves, without a role. A queue "
        "whose policy does not let them in drops exactly the events that it was made for."
    ),
    fix="let the service in with the queue's policy",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html",
    check=missing("failure-policy"),
)
