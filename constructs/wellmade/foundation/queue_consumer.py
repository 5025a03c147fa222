"""What every pattern is that takes its work from a queue."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from wellmade.foundation.alarms import refuse_unknown_alarms
from wellmade.foundation.durable_queue import QueueAlarms, QueueThresholds
from wellmade.foundation.function_alarms import FUNCTION_THRESHOLDS, FunctionAlarms, FunctionThresholds
from wellmade.foundation.function_option import FunctionPattern, Handling
from wellmade.foundation.graphs import Graph
from wellmade.foundation.queue_fed import QueueFed
from wellmade.foundation.queue_option import Waiting
from wellmade.foundation.queue_source import Batching, poll


class QueueConsumerAlarms(QueueAlarms, FunctionAlarms):
    """Alarms of a queue and of the function that polls it."""


class QueueConsumerThresholds(QueueThresholds, FunctionThresholds, total=False):
    """Thresholds of these alarms; None leaves one out."""


THRESHOLDS = ("dead_letters", "oldest_message", "waiting_messages", *FUNCTION_THRESHOLDS)


class QueueConsumer(QueueFed, FunctionPattern):
    """A function and the queue that feeds it, under the names that all patterns share."""

    source: lambda_.EventSourceMapping
    """What hands messages of the queue to the function."""
    alarms: QueueConsumerAlarms
    """`dead_letters`, `oldest_message`, `errors`, `throttles` and `duration`."""

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        function = self.function
        return [
            self._messages_graph,
            Graph("failures", [function.metric_errors(), function.metric_throttles()]),
            Graph("duration", [function.metric_duration(statistic=each) for each in ("p50", "p99")]),
        ]

    def _consume(
        self, waiting: Waiting, handling: Handling, batching: Batching, thresholds: Mapping[str, Any] | None
    ) -> None:
        """Let the function poll the queue."""
        refuse_unknown_alarms(self, thresholds, dict.fromkeys(THRESHOLDS))
        self._use(handling)
        self.queue: sqs.IQueue = waiting.queue
        self._dead_letters = waiting.dead_letter_queue
        self.source = poll(self, waiting.queue, handling, batching, waiting.visibility)
        named = {**waiting.alarms.by_name(), **handling.alarms.by_name()}
        self.alarms = QueueConsumerAlarms(self.node.path, named)
