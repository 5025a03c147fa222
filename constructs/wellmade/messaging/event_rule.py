"""One consumer of an event bus: what it wants, how long it is tried, where the rest goes."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.foundation.alarms import define_alarm
from wellmade.foundation.dead_letters import define_dead_letters
from wellmade.foundation.names import stack_scoped_name
from wellmade.foundation.tree import seconds, stack_of
from wellmade.foundation.workload_role import service_may

MOST_ATTEMPTS = 185
"""What EventBridge takes at most; within 24 hours it makes no more."""


class EventRule(Construct):
    """A rule that tells one target, with a dead-letter queue of its own.

    Args:
        bus: Whose events it sees.
        pattern: What it lets through.
        retry_for: How long a delivery is tried again.
    """

    alarms: list[cloudwatch.Alarm]

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bus: events.EventBus,
        pattern: Mapping[str, Any],
        retry_for: Duration,
    ) -> None:
        super().__init__(scope, construct_id)
        self._bus, self._pattern, self._retry_for = bus, pattern, retry_for
        self._name = stack_scoped_name(self, "Rule", max_length=64)
        # By name: a reference would go round in a circle, since the rule needs its targets' policies.
        arn = stack_of(self).format_arn(
            service="events", resource="rule", resource_name=f"{bus.event_bus_name}/{self._name}"
        )
        self.is_source = {"ArnEquals": {"aws:SourceArn": arn}}
        meaning = f"{construct_id} did not get an event. Look into the target's policy, then redrive."
        self._dead_letters, undelivered = define_dead_letters(self, "Undelivered", meaning=meaning)
        self._dead_letters.add_to_resource_policy(self.may(["sqs:SendMessage"], self._dead_letters.queue_arn))
        self.alarms = [undelivered, self._define_alarm()]

    def may(self, actions: list[str], resource: str) -> iam.PolicyStatement:
        """Return a statement for a target's policy: this rule may, and no other."""
        return service_may("events.amazonaws.com", actions, resource, self.is_source)

    def target(
        self, arn: str, *, role_arn: str | None = None, input_path: str | None = None
    ) -> events.CfnRule:
        """Define the rule with its target."""
        return events.CfnRule(
            self,
            "Rule",
            name=self._name,
            event_bus_name=self._bus.event_bus_name,
            event_pattern=dict(self._pattern),
            targets=[
                events.CfnRule.TargetProperty(
                    arn=arn,
                    id="Target",
                    role_arn=role_arn,
                    input_path=input_path,
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(
                        arn=self._dead_letters.queue_arn
                    ),
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_event_age_in_seconds=seconds(self._retry_for),
                        maximum_retry_attempts=MOST_ATTEMPTS,
                    ),
                )
            ],
        )

    def _define_alarm(self) -> cloudwatch.Alarm:
        return define_alarm(
            self,
            "FailedDeliveries",
            metric="FailedInvocations",
            namespace="AWS/Events",
            dimensions={"EventBusName": self._bus.event_bus_name, "RuleName": self._name},
            statistic="Sum",
            above=0,
            description="A target could not be reached for good. Look into its policy.",
        )
