"""EventBridge bus, its archive and its consumers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.contracts import Contracts
from wellmade.facts.limits import EVENT_AGE
from wellmade.foundation.alarms import Alarms
from wellmade.foundation.filters import refuse_wrong_filter
from wellmade.foundation.graphs import Graph
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import path_of, seconds, stack_of
from wellmade.kit.names import early_name
from wellmade.kit.refusals import refusal, require_between
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade.messaging.consumers import EventTarget, consumer_scope
from wellmade.messaging.event_archive import define_archive
from wellmade.messaging.event_names import refuse_wrong_name
from wellmade.messaging.event_rule import EventRule, EventRuleThresholds
from wellmade.messaging.event_targets import deliver, place_of
from wellmade_runtime.variables import EVENT_BUS_NAME

ARCHIVE_RETENTION = Duration.days(30)
MAX_EVENT_AGE = Duration.hours(24)
"""As long as EventBridge tries by itself. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html"""


class EventBus(Construct):
    """Let producers say what happened without knowing who listens, and archive events for replay.

    Defines: event bus, archive of every event on it; of these what it is not given. For each target a rule, a
    dead-letter queue with its alarm, an alarm on failed deliveries.

    Every event is named with its version, such as `OrderPlaced.v1`. With `contracts` there is a JSON Schema
    for each, which the producer checks before it publishes; within a version it may only gain optional
    fields. To replay, start one on the archive: consumers must take an event twice, as all consumers of
    events must, and remember it for longer than the archive does.

    Example:
        worker = QueueWorker(self, "Billing", function="order_worker")
        bus = EventBus(self, "Shop")
        bus.add_target("Billing", worker, event="OrderPlaced.v1", detail={"currency": ["EUR"]})

    Args:
        bus: Your own event bus, the default one included. Default: one is defined.
        contracts: Folder with a JSON Schema for each event, `<Event>.v<N>.json`, and with what was promised
            to consumers in `released/`. Default: none; any event that is well named may be listened to.
        archive_retention: How long events can be replayed, in whole days; None for no archive. Default: 30
            days.
        max_event_age: How long a delivery is tried again, 1 minute to 24 hours. Default: 24 hours.
        organization: Id of the organization whose other accounts may publish here. Default: this account
            alone.
        encryption_key: Your own key for the bus, the archive and the dead-letter queues; beside `bus` for
            these two alone. Default: keys of EventBridge and SQS.
        removal_policy: What happens to the bus, its archive and the dead-letter queues when they leave the
            stack. Default: they are retained.

    Raises:
        RefusedError: If a contract breaks what consumers were promised, or an option is out of bounds.
    """

    bus: events.IEventBus
    """Where producers publish."""
    targets: dict[str, EventRule]
    """What was added, by the target's id."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bus: events.IEventBus | events.EventBus | None = None,
        contracts: Path | None = None,
        archive_retention: Duration | None = ARCHIVE_RETENTION,
        max_event_age: Duration = MAX_EVENT_AGE,
        organization: str | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, construct_id)
        self._contracts = Contracts(contracts) if contracts else None
        self._key = cast("kms.IKey | None", encryption_key)
        self._max_event_age, self._removal_policy = max_event_age, removal_policy
        age, fix = seconds(max_event_age), "24 hours outlast an outage"
        require_between(self, "max_event_age", age, *EVENT_AGE, fix, rule="service-limit")
        self._refuse_broken_contracts()
        self.targets = {}
        self._define_bus(bus)
        self._archive = (
            define_archive(self, self.bus, archive_retention, self._key, removal_policy)
            if archive_retention
            else None
        )
        if organization:
            self._admit(organization)

    @property
    def archive(self) -> events.CfnArchive:
        """What a replay reads.

        Raises:
            RefusedError: If it was left out.
        """
        if self._archive is None:
            raise refusal(self, "archive_retention", "given for an archive", None, "leave it at 30 days")
        return self._archive

    @property
    def alarms(self) -> Alarms:
        """`<target's id>.undelivered` and `<target's id>.failed_deliveries` of each target."""
        named = {
            f"{name}.{alarm}": each
            for name, rule in self.targets.items()
            for alarm, each in rule.alarms.by_name().items()
        }
        return Alarms(path_of(self), named)

    def add_target(
        self,
        construct_id: str,
        target: EventTarget,
        *,
        event: str,
        detail: Mapping[str, Any] | None = None,
        message_group_id: str | None = None,
        alarm_thresholds: EventRuleThresholds | None = None,
    ) -> EventRule:
        """Deliver an event to a target; the rule is defined in the target's stack.

        A queue, a topic and a function get the event whole, as EventBridge sends it. A workflow starts with
        the event's detail as input. What a function fails on for good goes to the target's dead-letter queue.

        Args:
            construct_id: The target's name, part of the contract.
            target: A worker or its queue, a `FanOutTopic` or a topic, a workflow or a state machine, or a
                function: ours, an L2 or an imported one.
            event: Name and version, such as `OrderPlaced.v1`.
            detail: Filter on the event's detail, as EventBridge writes patterns. Default: none.
            message_group_id: Message group of all events of this rule: in a standard queue for fairness, in a
                FIFO queue for their order; deduplication by content is switched on for a queue of ours, and
                needed of others. Default: none.
            alarm_thresholds: By alarm (`undelivered`, `failed_deliveries`) the number above which it fires,
                or None to leave it out. Default: 0 each.

        Raises:
            RefusedError: If the event may not be listened to, a field is not compared with a list, a FIFO
                queue has no message group or no deduplication, or the target is of no such kind.
        """
        path = f"{path_of(self)}/{construct_id}"
        refuse_wrong_name(path, event, self._contracts)
        refuse_wrong_filter(path, "detail", detail)
        rule = EventRule(
            consumer_scope(self, place_of(path, target)),
            construct_id,
            bus_name=self.bus.event_bus_name,
            pattern={"detail-type": [event], **({"detail": dict(detail)} if detail else {})},
            max_event_age=self._max_event_age,
            encryption_key=self._key,
            removal_policy=self._removal_policy,
            alarm_thresholds=alarm_thresholds,
        )
        deliver(path, rule, target, message_group_id)
        self.targets[construct_id] = rule
        return rule

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload publish, and set where in its variable `EVENT_BUS_NAME`.

        Args:
            workload: What publishes.
            prefix: Before the variable's name, where a workload has several buses. Default: nothing.

        Raises:
            RefusedError: If something else has set the variable.
        """
        set_variables(self, workload, {EVENT_BUS_NAME: self.bus.event_bus_name}, prefix=prefix)
        workload_of(self, workload).allow(["events:PutEvents"], [self.bus.event_bus_arn])

    def grant_publish(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` publish, and nothing else."""
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["events:PutEvents"], resource_arns=[self.bus.event_bus_arn]
        )

    def metric_failed_deliveries(self, target: str, **options: Any) -> cloudwatch.Metric:
        """Return the number of deliveries to a target that failed for good.

        Args:
            target: The target's id.
            options: As for `cloudwatch.Metric`.
        """
        return self.targets[target].metric_failed_deliveries(**options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        rules = self.targets.items()
        if not rules:
            return []
        return [
            Graph("deliveries", [rule.metric_deliveries(label=name) for name, rule in rules]),
            Graph("failed deliveries", [rule.metric_failed_deliveries(label=name) for name, rule in rules]),
            Graph("undelivered", [rule.metric_undelivered(label=name) for name, rule in rules]),
        ]

    def _define_bus(self, given: events.IEventBus | None) -> None:
        if given is None:
            name, key = early_name(self, "Bus", max_length=256), cast(Any, self._key)
            given = cast(Any, events.EventBus(self, "Bus", event_bus_name=name, kms_key=key))
            given.apply_removal_policy(self._removal_policy)  # its archive is replayed on it
        refuse_elsewhere(self, "bus", given, imported=())
        self.bus = given

    def _refuse_broken_contracts(self) -> None:
        if self._contracts is None:
            return
        try:
            problem = next(iter(self._contracts.problems()), None)
        except ValueError as error:
            problem = str(error)
        if problem:
            got, _, fix = problem.partition("; ")
            see = f"see all with: {self._contracts.command}"
            raise refusal(self, "contracts", "schemas that keep what was promised", got, fix or see)

    def _admit(self, organization: str) -> None:
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
