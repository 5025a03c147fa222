"""EventBridge bus, its archive and its consumers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct, IConstruct

from wellmade.contracts import Contracts
from wellmade.foundation.caller import Caller
from wellmade.foundation.names import stack_scoped_name
from wellmade.foundation.refusal import refusal, require_between
from wellmade.foundation.tree import seconds, stack_of
from wellmade.foundation.workload_role import WorkloadRole
from wellmade.messaging.consumers import let_in, place_for
from wellmade.messaging.event_names import refuse_wrong_name
from wellmade.messaging.event_rule import EventRule
from wellmade.messaging.fan_out_topic import FanOutTopic
from wellmade.messaging.filters import refuse_wrong_filter

LONGEST_RETRY = Duration.hours(24)
"""As long as EventBridge tries by itself. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html"""


class EventHub(Construct):
    """Let producers say what happened without knowing who listens, and keep it to be told again.

    Defines: event bus, archive of every event on it; for each consumer a rule, a dead-letter queue with its
    alarm, an alarm on failed deliveries.

    Every event is named with its version, such as `OrderPlaced.v1`. With `contracts` there is a JSON Schema
    for each, which the producer checks before it publishes; within a version it may only gain optional
    fields. To replay, start one on the archive: consumers must take an event twice, as all consumers of
    events must, and remember it for longer than the archive does. Ours remember it for 35 days.

    Example:
        worker = QueueWorker(self, "Billing", package="order_worker")
        hub = EventHub(self, "Shop")
        hub.add_queue("Billing", worker.queue, event="OrderPlaced.v1", where={"currency": ["EUR"]})

    Args:
        contracts: Folder with a JSON Schema for each event, `<Event>.v<N>.json`, and with what was promised
            to consumers in `released/`. Default: none; any event that is well named may be listened to.
        keep_events: How long events can be replayed, in whole days. Default: 30 days.
        retry_for: How long a delivery is tried again, 1 minute to 24 hours. Default: 24 hours.
        organization: Id of the organization whose other accounts may publish here. Default: this account
            alone.

    Raises:
        ValueError: If a contract breaks what consumers were promised, or an event is not among the
            contracts, has no version, or is named as a command.
    """

    bus: events.EventBus
    """Where producers publish."""
    archive: events.CfnArchive
    """What a replay reads."""
    alarms: list[cloudwatch.Alarm]
    """On deliveries that failed and on what was set aside, for all consumers together."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        contracts: Path | None = None,
        keep_events: Duration | None = None,
        retry_for: Duration | None = None,
        organization: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._contracts = Contracts(contracts) if contracts else None
        self._retry_for = retry_for or LONGEST_RETRY
        require_between(self, "retry_for", seconds(self._retry_for), 60, 86400, "24 hours outlast an outage")
        self._refuse_broken_promises()
        self.alarms = []
        name = stack_scoped_name(self, "Bus", max_length=256)
        self.bus = events.EventBus(self, "Bus", event_bus_name=name)
        self.archive = events.CfnArchive(
            self,
            "Archive",
            source_arn=self.bus.event_bus_arn,
            retention_days=(keep_events or Duration.days(30)).to_days(),
        )
        if organization:
            self._let_in(organization)

    def add_queue(
        self, construct_id: str, queue: sqs.IQueue, *, event: str, where: Mapping[str, Any] | None = None
    ) -> events.CfnRule:
        """Deliver an event to a queue, whole, as EventBridge tells it.

        Args:
            construct_id: The consumer's name, part of the contract.
            queue: Its queue, a standard one: a rule knows one message group only. The rule is defined in the
                queue's stack.
            event: Name and version, such as `OrderPlaced.v1`.
            where: Filter on the event's detail, as EventBridge writes patterns. Default: none.

        Raises:
            ValueError: If the event may not be listened to, a field is not compared with a list, or the queue
                is FIFO or imported.
        """
        if queue.fifo:
            fix = "let a workflow send to it, which knows the group of each event"
            raise refusal(
                f"{self.node.path}/{construct_id}", "queue", "a standard queue", "a FIFO queue", fix
            )
        rule = self._rule(construct_id, queue, event, where)
        let_in(rule, queue, rule.may(["sqs:SendMessage"], queue.queue_arn))
        return rule.target(queue.queue_arn)

    def add_topic(
        self, construct_id: str, topic: FanOutTopic, *, event: str, where: Mapping[str, Any] | None = None
    ) -> events.CfnRule:
        """Deliver an event to all consumers of a topic; see `add_queue`."""
        rule = self._rule(construct_id, topic, event, where)
        topic.topic.let_service_publish("events.amazonaws.com", rule.is_source)
        return rule.target(topic.topic.topic_arn)

    def add_workflow(
        self,
        construct_id: str,
        workflow: sfn.IStateMachine,
        *,
        event: str,
        where: Mapping[str, Any] | None = None,
    ) -> events.CfnRule:
        """Start an execution for an event, with the event's detail as input; see `add_queue`."""
        rule = self._rule(construct_id, workflow, event, where)
        service = iam.ServicePrincipal("events.amazonaws.com", conditions=rule.is_source)
        role = WorkloadRole(rule, "Role", assumed_by=service, policy_name="Start")
        role.allow(
            ["states:StartExecution"],
            [workflow.state_machine_arn],
            called_by="the rule, to start an execution for each event",
        )
        return rule.target(workflow.state_machine_arn, role_arn=role.role_arn, input_path="$.detail")

    def serve(self, producer: Caller) -> None:
        """Let a handler publish, and tell it where in `EVENT_BUS_NAME`."""
        producer.add_environment("EVENT_BUS_NAME", self.bus.event_bus_name)
        producer.allow(["events:PutEvents"], [self.bus.event_bus_arn])

    def grant_publish(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` publish, and nothing else."""
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["events:PutEvents"], resource_arns=[self.bus.event_bus_arn]
        )

    def _rule(
        self, construct_id: str, consumer: IConstruct, event: str, where: Mapping[str, Any] | None
    ) -> EventRule:
        refuse_wrong_name(f"{self.node.path}/{construct_id}", event, self._contracts)
        refuse_wrong_filter(f"{self.node.path}/{construct_id}", "where", where)
        pattern = {"detail-type": [event], **({"detail": dict(where)} if where else {})}
        place = place_for(self, consumer)
        rule = EventRule(place, construct_id, bus=self.bus, pattern=pattern, retry_for=self._retry_for)
        self.alarms.extend(rule.alarms)
        return rule

    def _refuse_broken_promises(self) -> None:
        for problem in self._contracts.problems() if self._contracts else ():
            raise ValueError(f"{self.node.path}: {problem}")

    def _let_in(self, organization: str) -> None:
        """Let the other accounts of the organization publish, and nobody else."""
        statement = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "events:PutEvents",
            "Resource": self.bus.event_bus_arn,
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization}},
        }
        events.CfnEventBusPolicy(
            self,
            "Organization",
            event_bus_name=self.bus.event_bus_name,
            statement_id="organization",
            statement=cast(Any, stack_of(self).resolve(statement)),
        )
