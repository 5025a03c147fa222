"""What wakes somebody: events of AWS's own services about the account, on the topic of its alarms."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_events as events
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.facts.remediations import HEARS_OF_KEYS
from wellmade.foundation.alarm_topic import alarm_topic
from wellmade.foundation.encrypted_topic import let_service_publish
from wellmade.kit.key_policies import allow_delivery
from wellmade.kit.lookups import is_unresolved, stack_of
from wellmade.kit.names import early_name, rule_arn

EVENTS = "events.amazonaws.com"
EXPOSED = {
    "source": ["aws.health"],
    "detail-type": ["AWS Health Event", "AWS Health Abuse Event"],
    "detail": {"service": ["RISK", "ABUSE"], "eventTypeCategory": ["issue"]},
}
SENSITIVE = {"source": ["aws.macie"], "detail-type": ["Macie Finding"]}


def found_by(rules: Sequence[str]) -> Mapping[str, Any]:
    """Return which events tell that one of these rules found something."""
    new = {"complianceType": ["NON_COMPLIANT"]}
    return {
        "source": ["aws.config"],
        "detail-type": ["Config Rules Compliance Change"],
        "detail": {"configRuleName": list(rules), "newEvaluationResult": new},
    }


def not_fixed_by(documents: Sequence[str]) -> Mapping[str, Any]:
    """Return which events tell that one of these documents failed."""
    return {
        "source": ["aws.ssm"],
        "detail-type": ["EC2 Automation Execution Status-change Notification"],
        "detail": {"Definition": list(documents), "Status": ["Failed", "TimedOut", "Cancelled"]},
    }


def hears_of_keys(scope: Construct) -> bool:
    """Tell whether AWS Health tells of exposed keys in the stack's region, as far as that is known."""
    region = stack_of(scope).region
    return is_unresolved(region) or region in HEARS_OF_KEYS or region.startswith("cn-")


def tell(scope: Construct, name: str, pattern: Mapping[str, Any], undelivered: sqs.Queue) -> events.CfnRule:
    """Publish events to the topic of the stack's alarms; what it does not take waits in a queue.

    Args:
        scope: The kit.
        name: Of the message, also the id of its rule.
        pattern: Which events.
        undelivered: Where they wait that could not be published.
    """
    rule_name = early_name(scope, name, max_length=64)
    is_source = {"ArnEquals": {"aws:SourceArn": rule_arn(scope, rule_name)}}
    allow_delivery(scope, undelivered, EVENTS, is_source)
    let_service_publish(alarm_topic(scope), EVENTS, is_source)
    failed = events.CfnRule.DeadLetterConfigProperty(arn=undelivered.queue_arn)
    topic = events.CfnRule.TargetProperty(
        arn=alarm_topic(scope).topic_arn, id="OnDuty", dead_letter_config=failed
    )
    return events.CfnRule(scope, name, name=rule_name, event_pattern=dict(pattern), targets=[topic])
