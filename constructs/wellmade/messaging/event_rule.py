"""One target of an event bus: what it wants, how long delivery is tried, where the rest goes."""

from collections.abc import Iterator, Mapping
from typing import Any, TypedDict

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.foundation.dead_letters import define_dead_letters
from wellmade.foundation.function_alarms import destination_failures
from wellmade.foundation.graphs import Graph
from wellmade.kit.key_policies import allow_delivery
from wellmade.kit.lookups import path_of, seconds
from wellmade.kit.names import DEFAULT_BUS, early_name, rule_arn
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized, check_at_synth
from wellmade.messaging.event_archive import EVENTS

MOST_ATTEMPTS = 185
"""What EventBridge takes at most; within 24 hours it makes no more."""
UNDELIVERED = (
    "A target did not get an event, or its function failed on one for good; it is in the dead-letter queue. "
    "See the target's policy and log, then send the event again from the archive."
)
FAILED = "Deliveries to a target fail. See whether its policy and its key let the rule in."


class EventRuleAlarms(Alarms):
    """Alarms of a target."""

    undelivered: cloudwatch.Alarm
    """Events in the dead-letter queue of the target."""
    failed_deliveries: cloudwatch.Alarm
    """Deliveries that failed for good, in a minute."""
    destination_failures: cloudwatch.Alarm
    """Events that a function failed on and that did not reach the dead-letter queue, in a minute."""


class EventRuleThresholds(TypedDict, total=False):
    """Thresholds of a target's alarms; None leaves one out."""

    undelivered: float | None
    failed_deliveries: float | None
    destination_failures: float | None


class EventRule(Construct):
    """A rule with one target and a dead-letter queue of its own.

    Made by `EventBus.add_target`.
    """

    resource: events.CfnRule
    """The CloudFormation resource."""
    dead_letter_queue: sqs.Queue
    """Where events wait that could not be delivered."""
    alarms: EventRuleAlarms
    """`undelivered` and `failed_deliveries`; of a function also `destination_failures`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bus_name: str,
        pattern: Mapping[str, Any],
        max_event_age: Duration,
        encryption_key: kms.IKey | None,
        removal_policy: RemovalPolicy,
        alarm_thresholds: EventRuleThresholds | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._bus_name, self._pattern, self._max_event_age = bus_name, pattern, max_event_age
        self._name = early_name(self, "Rule", max_length=64)
        self.arn: str = rule_arn(self, self._name, bus_name)
        self.is_source: Mapping[str, Any] = {"ArnEquals": {"aws:SourceArn": self.arn}}
        self.dead_letter_queue, _ = define_dead_letters(
            self,
            "Undelivered",
            meaning=UNDELIVERED,
            threshold=None,
            encryption_key=encryption_key,
            removal_policy=removal_policy,
        )
        allow_delivery(self, self.dead_letter_queue, EVENTS, self.is_source)
        self._thresholds = alarm_thresholds

    def target(self, arn: str, *, failing_function: str | None = None, **properties: Any) -> None:
        """Define the rule with its target.

        Args:
            arn: What is delivered to.
            failing_function: Name of the function whose failures Lambda sends to the dead-letter queue.
                Default: none.
            properties: More of `CfnRule.TargetProperty`.
        """
        self.resource = events.CfnRule(
            self,
            "Rule",
            name=self._name,
            event_bus_name=self._bus_name,
            event_pattern=dict(self._pattern),
            targets=[
                events.CfnRule.TargetProperty(
                    arn=arn,
                    id="Target",
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(
                        arn=self.dead_letter_queue.queue_arn
                    ),
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_event_age_in_seconds=seconds(self._max_event_age),
                        maximum_retry_attempts=MOST_ATTEMPTS,
                    ),
                    **properties,
                )
            ],
        )
        self.alarms = self._define_alarms(failing_function)
        check_at_synth(self, self._broken)

    def metric_undelivered(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of events that could not be delivered; options as for `sqs.Queue.metric`."""
        return self.dead_letter_queue.metric_approximate_number_of_messages_visible(**options)

    def metric_deliveries(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of deliveries that were tried; options as for `cloudwatch.Metric`."""
        return self._metric("Invocations", options)

    def metric_failed_deliveries(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of deliveries that failed for good; options as for `cloudwatch.Metric`."""
        return self._metric("FailedInvocations", options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [
            Graph("deliveries", [self.metric_deliveries()]),
            Graph("failed deliveries", [self.metric_failed_deliveries()]),
            Graph("undelivered", [self.metric_undelivered()]),
        ]

    def _metric(self, name: str, options: Mapping[str, Any]) -> cloudwatch.Metric:
        wanted = {"statistic": "Sum", "dimensions_map": self._dimensions, **options}
        return cloudwatch.Metric(namespace="AWS/Events", metric_name=name, **wanted)

    @property
    def _dimensions(self) -> dict[str, str]:
        """What metrics of the rule are published under: those of the default bus without the bus.

        Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
        """
        of_rule = {"RuleName": self._name}
        return of_rule if self._bus_name == DEFAULT_BUS else {"EventBusName": self._bus_name, **of_rule}

    def _define_alarms(self, failing_function: str | None) -> EventRuleAlarms:
        waiting = {"QueueName": self.dead_letter_queue.queue_name}
        specs = {
            "undelivered": AlarmSpec(
                "UndeliveredAlarm", "ApproximateNumberOfMessagesVisible", "AWS/SQS", waiting, 0, UNDELIVERED
            ),
            "failed_deliveries": AlarmSpec(
                "FailedDeliveries", "FailedInvocations", "AWS/Events", self._dimensions, 0, FAILED, "Sum"
            ),
        }
        if failing_function:
            specs["destination_failures"] = destination_failures(failing_function)
        return define_alarms(EventRuleAlarms, self, specs, self._thresholds)

    def _broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal where an event that cannot be delivered would be lost, or the rule was renamed."""
        rule = synthesized.properties(self.resource)
        if not all(target.get("DeadLetterConfig") for target in rule.get("Targets", [])):
            fix = "leave it as add_target defines it"
            yield refusal(
                path_of(self),
                "dead_letter_config",
                "set on every target",
                None,
                fix,
                rule="event-target-dead-letter",
                resource=self.resource,
            )
        if rule.get("Name") != self._name:
            fix = "leave it: the policies of the target and of its dead-letter queue name the rule by it"
            yield refusal(path_of(self), "name", self._name, rule.get("Name"), fix, resource=self.resource)
