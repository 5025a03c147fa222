"""SQS to Lambda."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.foundation.function_option import FunctionOption, handling
from wellmade.foundation.queue_consumer import QueueConsumer, QueueConsumerThresholds
from wellmade.foundation.queue_option import Queue, QueueTuning, waiting
from wellmade.foundation.queue_source import Batching, ProvisionedPollers
from wellmade.foundation.source_shares import DEFAULT as DEFAULT_CONCURRENCY

BATCHING_WINDOW = Duration.seconds(5)


class QueueWorker(QueueConsumer):
    """Process messages a batch at a time and lose none of them.

    Defines: queue, dead-letter queue, function, event source mapping, alarms on messages in the dead-letter
    queue, on the age of the oldest message, on errors, throttles and duration; of these what it is not given.

    The visibility timeout is six function timeouts and the batching window. The maximum concurrency of all
    queues of a function stays within its reservation, so that throttling never uses up receives. A message
    that fails goes back alone: the handler returns `batchItemFailures`.

    Example:
        worker = QueueWorker(self, "Orders", function="order_worker", batch_size=25)

    Args:
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.IFunction`, or the name of a
            handler that travels with this library.
        queue: Your own standard queue, with its dead-letter queue. Default: one is defined.
        batch_size: Most messages of a batch, 1 to 10,000; over 10 take a batching window. Default: 10.
        max_batching_window: Longest wait for a batch to fill, up to 5 minutes. Default: 5 seconds.
        filters: Filters on messages, as event source mappings write them; one of up to 5 must match, others
            are deleted. Default: every message.
        max_concurrency: Most copies of the function at once for this queue, 2 to 1,000. Default: the
            function's reservation, shared with its other queues; 10 without one.
        pollers: Pollers that are always there, in place of `max_concurrency`. Default: Lambda scales them.
        max_receive_count: Receives before a message moves to the dead-letter queue; not beside `queue`.
            Default: 3.
        visibility_timeout: How long a received message stays hidden; of an imported queue what it has.
            Default: computed.
        dead_letter_queue: Your own standard queue; beside an imported `queue` the one that it has. Default:
            one is defined and kept 14 days.
        encryption_key: Your own key for the queue; not beside `queue`. Default: one of SQS.
        removal_policy: What happens to the queues that are defined here when they leave the stack. Default:
            they are retained.
        alarm_thresholds: By alarm (`dead_letters`, `oldest_message`, `waiting_messages`, and those of the
            function) the line above which it fires, or None to leave it out. Default: 0, as long as all
            receives may take, left out; of the function as for a `PythonFunction`, without `concurrency`.

    Raises:
        RefusedError: If an option is out of bounds, something that is needed cannot be read of an imported
            resource, or a queue of your own is tuned here; at synth also if what is synthesized breaks one of
            the rules above.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: FunctionOption,
        queue: Queue | None = None,
        batch_size: int = 10,
        max_batching_window: Duration = BATCHING_WINDOW,
        filters: Sequence[Mapping[str, Any]] = (),
        max_concurrency: int | None = None,
        pollers: ProvisionedPollers | None = None,
        max_receive_count: int | None = None,
        visibility_timeout: Duration | None = None,
        dead_letter_queue: Queue | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: QueueConsumerThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        batching = Batching(batch_size, max_batching_window, filters, max_concurrency, pollers)
        reserved = max_concurrency or (pollers.maximum * 10 if pollers else DEFAULT_CONCURRENCY)
        worker = handling(
            self, function, reserved_concurrency=reserved, alarm_thresholds=alarm_thresholds, waits=True
        )
        tuning = QueueTuning(
            max_receive_count=max_receive_count,
            visibility_timeout=visibility_timeout,
            dead_letter_queue=dead_letter_queue,
            encryption_key=encryption_key,
            removal_policy=removal_policy,
            alarm_thresholds=alarm_thresholds,
        )
        messages = waiting(self, queue, tuning, function_timeout=worker.timeout, window=max_batching_window)
        self._consume(messages, worker, batching, alarm_thresholds)
