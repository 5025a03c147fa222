"""SNS to one queue per consumer."""

from collections.abc import Iterator, Mapping
from typing import Any, TypedDict, cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.foundation.encrypted_topic import EncryptedTopic, allow_publish
from wellmade.foundation.filters import refuse_wrong_filter
from wellmade.foundation.graphs import Graph
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import path_of, stack_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized, check_at_synth
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade.messaging.consumers import FunctionTarget, QueueTarget, consumer_scope, function_of, queue_of
from wellmade.messaging.queue_worker import QueueWorker
from wellmade.messaging.subscription import (
    FilterPolicyScope,
    Subscription,
    SubscriptionThresholds,
    without_failure_path,
)
from wellmade_runtime.variables import TOPIC_ARN

FAILED = "A consumer's queue could not be reached. See whether its policy and its key let the topic in."


class FanOutAlarms(Alarms):
    """Alarms of a topic; each subscription has its own."""

    failed_deliveries: cloudwatch.Alarm
    """Deliveries that failed for good, in a minute."""


class FanOutThresholds(TypedDict, total=False):
    """Thresholds of a topic's alarms; None leaves one out."""

    failed_deliveries: float | None


class FanOutTopic(Construct):
    """Tell every consumer, each through a queue of its own, and lose nothing that cannot be delivered.

    Defines: topic, customer key, alarm on failed deliveries; of these what it is not given. For each consumer
    a subscription with its filter, a dead-letter queue and the alarm on that.

    A consumer that is slow or down holds up no other, and adding one touches no publisher. Messages arrive
    raw, as they were published, in the message group they were published in.

    Example:
        worker = QueueWorker(self, "Stock", function="order_worker")
        topic = FanOutTopic(self, "OrderEvents")
        wanted = {"delivery": ["parcel"]}
        topic.subscribe("Stock", worker, filter_policy=wanted, filter_policy_scope="MessageBody")

    Args:
        topic: Your own topic, standard or FIFO. Default: an `EncryptedTopic` is defined.
        encryption_key: Your own key for the topic and for the dead-letter queues; beside `topic` for these
            alone. Default: a key for the topic is defined, the queues have one of SQS.
        removal_policy: What happens to the dead-letter queues when they leave the stack. Default: they are
            retained.
        alarm_thresholds: Of `failed_deliveries`, the count in a minute above which it fires, or None to leave
            it out. Default: 0.

    Raises:
        RefusedError: If a threshold is for an alarm that there is not; at synth if somebody subscribes to a
            topic that is defined here without a dead-letter queue.
    """

    topic: sns.ITopic
    """Where producers publish."""
    subscriptions: dict[str, Subscription]
    """What was subscribed, by the consumer's id."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        topic: sns.ITopic | sns.Topic | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: FanOutThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._key = cast("kms.IKey | None", encryption_key)
        self._removal_policy = removal_policy
        self.subscriptions = {}
        if topic is None:
            description = "Encrypts messages on their way to the consumers' queues"
            own = EncryptedTopic(self, "Topic", key_description=description, encryption_key=encryption_key)
            check_at_synth(self, self._without_failure_path)
            topic = own
        refuse_elsewhere(self, "topic", topic, imported=())
        self.topic = cast(sns.ITopic, topic)
        self._alarms = self._define_alarms(alarm_thresholds)

    @property
    def alarms(self) -> FanOutAlarms:
        """`failed_deliveries`, and `<consumer's id>.undelivered` of each subscription."""
        undelivered = {f"{name}.undelivered": each for name, each in self.subscriptions.items()}
        of_consumers = {
            name: alarm for name, each in undelivered.items() for alarm in each.alarms.by_name().values()
        }
        return FanOutAlarms(path_of(self), {**self._alarms.by_name(), **of_consumers})

    def subscribe(
        self,
        construct_id: str,
        consumer: QueueTarget | FunctionTarget,
        *,
        filter_policy: Mapping[str, Any] | None = None,
        filter_policy_scope: FilterPolicyScope = "MessageAttributes",
        alarm_thresholds: SubscriptionThresholds | None = None,
    ) -> Subscription:
        """Deliver to a consumer's queue what its filter lets through.

        Args:
            construct_id: The consumer's name, part of the contract.
            consumer: Its worker or its queue, ours, an L2 or an imported one. A function gets a `QueueWorker`
                of its own, whose batches it takes. All is defined in the consumer's stack.
            filter_policy: What it wants, as SNS writes filter policies. Default: everything.
            filter_policy_scope: What the filter looks at, `MessageAttributes` or `MessageBody`. Default: the
                attributes, as SNS has it.
            alarm_thresholds: Of `undelivered`, the number of messages above which it fires, or None to leave
                it out. Default: 0.

        Raises:
            RefusedError: If a field is not compared with a list, the scope is neither of the two, or the
                queue is FIFO and the topic is not.
        """
        path = f"{path_of(self)}/{construct_id}"
        refuse_wrong_filter(path, "filter_policy", filter_policy)
        _refuse_wrong_scope(path, filter_policy_scope)
        place = consumer_scope(self, cast(IConstruct, consumer))
        worker = self._worker_for(place, construct_id, consumer)
        queue = cast(sqs.IQueue, queue_of(worker or consumer))
        if queue.fifo and not self.topic.fifo:
            fix = "give a standard queue; order over several consumers takes a FIFO topic or a stream"
            allowed, got = "a standard queue, as the topic is", "a FIFO queue"
            raise refusal(path, "consumer", allowed, got, fix, rule="fifo-subscription")
        found = Subscription(
            place,
            construct_id,
            topic=self.topic,
            queue=queue,
            filter_policy=filter_policy,
            filter_policy_scope=filter_policy_scope,
            encryption_key=self._key,
            removal_policy=self._removal_policy,
            alarm_thresholds=alarm_thresholds,
        )
        found.worker = worker
        self.subscriptions[construct_id] = found
        return found

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload publish, and set where in its variable `TOPIC_ARN`.

        Args:
            workload: What publishes.
            prefix: Before the variable's name, where a workload has several topics. Default: nothing.

        Raises:
            RefusedError: If something else has set the variable.
        """
        set_variables(self, workload, {TOPIC_ARN: self.topic.topic_arn}, prefix=prefix)
        allow_publish(self.topic, workload_of(self, workload))

    def grant_publish(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` publish, and use the key for it, and nothing else."""
        return self.topic.grant_publish(grantee)

    def metric_published_messages(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of published messages; options as for `sns.Topic.metric`."""
        return self.topic.metric_number_of_messages_published(**options)

    def metric_failed_deliveries(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of deliveries that failed for good; options as for `sns.Topic.metric`."""
        return self.topic.metric_number_of_notifications_failed(**options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        undelivered = [each.metric_undelivered(label=name) for name, each in self.subscriptions.items()]
        found = [
            Graph("published", [self.metric_published_messages()]),
            Graph("failed deliveries", [self.metric_failed_deliveries()]),
        ]
        return [*found, Graph("undelivered", undelivered)] if undelivered else found

    def _worker_for(self, place: Construct, construct_id: str, consumer: object) -> QueueWorker | None:
        """Define the worker of a function that is subscribed; None for what has a queue."""
        if queue_of(consumer) is not None:
            return None
        function = function_of(consumer)
        if function is None:
            fix, got = "pass a QueueWorker, a queue or a function", type(consumer).__name__
            path = f"{path_of(self)}/{construct_id}"
            raise refusal(path, "consumer", "a queue, a worker with one, or a function", got, fix)
        name = f"{construct_id}Worker"
        return QueueWorker(place, name, function=function, removal_policy=self._removal_policy)

    def _define_alarms(self, thresholds: FanOutThresholds | None) -> FanOutAlarms:
        spec = AlarmSpec(
            "FailedDeliveries",
            "NumberOfNotificationsFailed",
            "AWS/SNS",
            {"TopicName": self.topic.topic_name},
            0,
            FAILED,
            "Sum",
        )
        return define_alarms(FanOutAlarms, self, {"failed_deliveries": spec}, thresholds)

    def _without_failure_path(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each subscription in the topic's stack that loses what it cannot deliver."""
        arn = stack_of(self).resolve(self.topic.topic_arn)
        ours = {
            synthesized.logical_id(each.resource)
            for each in self.subscriptions.values()
            if path_of(stack_of(each)) == path_of(stack_of(self))
        }
        for name, resource in synthesized.resources(self).items():
            properties = resource.get("Properties", {})
            if resource["Type"] != "AWS::SNS::Subscription" or properties.get("TopicArn") != arn:
                continue
            if name not in ours and not properties.get("RedrivePolicy"):
                yield without_failure_path(path_of(self), None, f"none on {name}")


def _refuse_wrong_scope(path: str, given: str) -> None:
    if given not in {"MessageAttributes", "MessageBody"}:
        fix = "look at the body only where it is JSON"
        allowed = "'MessageAttributes' or 'MessageBody'"
        raise refusal(path, "filter_policy_scope", allowed, repr(given), fix, rule="service-text")
