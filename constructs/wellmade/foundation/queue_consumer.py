"""What every pattern is that takes its work from a queue."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from wellmade.foundation.alarms import refuse_unknown_alarms
from wellmade.foundation.durable_queue import QueueAlarms, QueueThresholds, allow_send, grant_send
from wellmade.foundation.function_alarms import FunctionAlarms, FunctionThresholds
from wellmade.foundation.function_option import FunctionPattern, Handling
from wellmade.foundation.graphs import Graph
from wellmade.foundation.queue_option import Waiting
from wellmade.foundation.queue_source import Batching, poll
from wellmade.kit.refusals import refusal
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade_runtime.variables import QUEUE_URL


class QueueConsumerAlarms(QueueAlarms, FunctionAlarms):
    """Alarms of a queue and of the function that polls it."""


class QueueConsumerThresholds(QueueThresholds, FunctionThresholds, total=False):
    """Thresholds of these alarms; None leaves one out."""


THRESHOLDS = ("dead_letters", "oldest_message", "errors", "throttles")


class QueueConsumer(FunctionPattern):
    """A function and the queue that feeds it, under the names that all patterns share."""

    queue: sqs.IQueue
    """Where messages wait."""
    source: lambda_.EventSourceMapping
    """What hands messages of the queue to the function."""
    alarms: QueueConsumerAlarms
    """`dead_letters`, `oldest_message`, `errors` and `throttles`."""
    _dead_letters: sqs.IQueue | None

    @property
    def dead_letter_queue(self) -> sqs.IQueue:
        """Where messages wait for a person after their last receive.

        Raises:
            RefusedError: If the queue is imported and its dead-letter queue was not given.
        """
        if self._dead_letters is None:
            fix = "give it beside queue="
            raise refusal(self, "dead_letter_queue", "given for an imported queue", None, fix)
        return self._dead_letters

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload send messages, and set where in its variable `QUEUE_URL`.

        Args:
            workload: What sends.
            prefix: Before the variable's name, where a workload has several queues. Default: nothing.

        Raises:
            RefusedError: If something else has set the variable.
        """
        set_variables(self, workload, {QUEUE_URL: self.queue.queue_url}, prefix=prefix)
        allow_send(self.queue, workload_of(self, workload))

    def grant_send_messages(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` send messages, and use the queue's key for it, and nothing else."""
        return grant_send(self.queue, grantee)

    def metric_dead_letters(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of messages in the dead-letter queue; options as for `sqs.Queue.metric`."""
        return self.dead_letter_queue.metric_approximate_number_of_messages_visible(**options)

    def metric_waiting_messages(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of messages that wait; options as for `sqs.Queue.metric`."""
        return self.queue.metric_approximate_number_of_messages_visible(**options)

    def metric_oldest_message_age(self, **options: Any) -> cloudwatch.Metric:
        """Return the age of the oldest message in seconds; options as for `sqs.Queue.metric`."""
        return self.queue.metric_approximate_age_of_oldest_message(**options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        function = self.function
        waiting = [self.metric_waiting_messages(label="waiting")]
        if self._dead_letters:
            waiting.append(self.metric_dead_letters(label="dead letters"))
        return [
            Graph("messages", waiting),
            Graph("failures", [function.metric_errors(), function.metric_throttles()]),
            Graph("duration", [function.metric_duration(statistic=each) for each in ("p50", "p99")]),
        ]

    def _consume(
        self, waiting: Waiting, handling: Handling, batching: Batching, thresholds: Mapping[str, Any] | None
    ) -> None:
        """Let the function poll the queue."""
        refuse_unknown_alarms(self, thresholds, dict.fromkeys(THRESHOLDS))
        self._use(handling)
        self.queue, self._dead_letters = waiting.queue, waiting.dead_letter_queue
        self.source = poll(self, waiting.queue, handling, batching, waiting.visibility)
        named = {**waiting.alarms.by_name(), **handling.alarms.by_name()}
        self.alarms = QueueConsumerAlarms(self.node.path, named)
