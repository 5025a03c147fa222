"""A function that takes messages from a queue a batch at a time, paced so that no delivery is wasted."""

from dataclasses import dataclass
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from wellmade.foundation.accepted import accept
from wellmade.foundation.durable_queue import DurableQueue, retention_of
from wellmade.foundation.python_function import PythonFunction
from wellmade.foundation.refusal import refusal_message, require_between
from wellmade.foundation.synth_check import check_at_synth
from wellmade.foundation.tree import seconds

BATCH_SIZE = 10
BATCHING_WINDOW = Duration.seconds(5)

ACCEPTED_OF_MAPPING = {
    "Serverless::Serverless-LambdaEventSourceMappingDestination": "The queue redrives instead.",
}


def visibility_timeout(timeout: Duration, window: Duration) -> Duration:
    """Return how long a message must stay hidden: six function timeouts and the batching window.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    return Duration.seconds(6 * seconds(timeout) + seconds(window))


def poll(
    queue: DurableQueue, function: PythonFunction, *, window: Duration | None
) -> lambda_.EventSourceMapping:
    """Let `function` take batches from `queue` and report the messages that failed, each by itself.

    The reservation is also the source's maximum concurrency: Lambda then never takes a message that it
    cannot run, so that throttling uses up no deliveries.

    Args:
        queue: Where messages come from.
        function: What processes them; its handler returns `batchItemFailures`.
        window: Longest wait for a batch to fill. A FIFO queue has none.

    Raises:
        ValueError: If the function's concurrency is not between 2 and 1000.
    """
    require_between(
        function, "concurrency", function.concurrency, 2, 1000, "an SQS event source runs at least two copies"
    )
    if window is not None:
        require_between(function, "batching_window", seconds(window), 0, 300, "5 seconds suit most work")
    function.allow(
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        [queue.queue.queue_arn],
        called_by="the event source, to take messages and to delete those that are done",
    )
    mapping = function.function.add_event_source_mapping(
        "Messages",
        event_source_arn=queue.queue.queue_arn,
        batch_size=BATCH_SIZE,
        max_batching_window=window,
        max_concurrency=function.concurrency,
        report_batch_item_failures=True,
    )
    accept(mapping, ACCEPTED_OF_MAPPING)
    check_at_synth(queue, _PollingRules(queue, function, mapping).broken)
    return mapping


@dataclass(frozen=True)
class _PollingRules:
    """What must still hold at synth, after anybody reached through to the resources."""

    queue: DurableQueue
    function: PythonFunction
    mapping: lambda_.EventSourceMapping

    def broken(self) -> list[str]:
        """Return a sentence for each rule that is broken."""
        source = cast(lambda_.CfnEventSourceMapping, self.mapping.node.default_child)
        found = [self._visibility(source), self._retention(), self._failures(source), self._concurrency()]
        if self.queue.is_fifo and source.maximum_batching_window_in_seconds:
            found.append(self._no_window(source.maximum_batching_window_in_seconds))
        return [message for message in found if message]

    def _visibility(self, source: lambda_.CfnEventSourceMapping) -> str | None:
        given = cast(sqs.CfnQueue, self.queue.queue.node.default_child).visibility_timeout
        timeout = self.function.resource.timeout or 3
        window = source.maximum_batching_window_in_seconds or 0
        least = 6 * timeout + window
        if given is not None and given >= least:
            return None
        sum_of = f"6 x {timeout:.12g} s of timeout + {window:.12g} s of batching window"
        allowed = f"at least {least:.12g} s ({sum_of})"
        return refusal_message(
            self.queue,
            "visibility_timeout",
            allowed,
            f"{given or 30:.12g} s",
            "or a message is processed twice at once",
        )

    def _retention(self) -> str | None:
        kept = retention_of(self.queue.dead_letter_queue)
        waited = retention_of(self.queue.queue)
        if kept is None or waited is None or kept > waited:
            return None
        return refusal_message(
            self.queue,
            "dead_letter_queue",
            f"kept longer than the source's {waited:.12g} s",
            f"{kept:.12g} s",
            "a message keeps its age when it is set aside; set its retention_period to 14 days",
        )

    def _failures(self, source: lambda_.CfnEventSourceMapping) -> str | None:
        if "ReportBatchItemFailures" in (source.function_response_types or []):
            return None
        return refusal_message(
            self.queue,
            "function_response_types",
            "['ReportBatchItemFailures']",
            source.function_response_types,
            "or one bad message sends its whole batch back",
        )

    def _concurrency(self) -> str | None:
        sources = [
            child
            for child in self.function.function.node.find_all()
            if isinstance(child, lambda_.CfnEventSourceMapping)
        ]
        total = sum(_maximum_concurrency(source) for source in sources)
        reserved = self.function.resource.reserved_concurrent_executions or 0
        if total <= reserved:
            return None
        return refusal_message(
            self.function,
            "maximum concurrency of its sources",
            f"at most {reserved:.12g}, the function's reservation, in sum",
            f"{total:.12g} over {len(sources)} sources",
            "or throttled deliveries end in the dead-letter queue",
        )

    def _no_window(self, given: float) -> str:
        return refusal_message(
            self.queue, "batching_window", "absent on a FIFO queue", f"{given:.12g} s", "SQS refuses it there"
        )


def _maximum_concurrency(source: lambda_.CfnEventSourceMapping) -> float:
    scaling = source.scaling_config
    if isinstance(scaling, lambda_.CfnEventSourceMapping.ScalingConfigProperty):
        return scaling.maximum_concurrency or 0
    return 0
