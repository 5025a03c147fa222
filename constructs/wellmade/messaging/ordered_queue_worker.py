"""SQS FIFO to Lambda."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.facts.sqs import FIFO_SENDS
from wellmade.foundation.function_option import FunctionOption, handling
from wellmade.foundation.queue_consumer import QueueConsumer, QueueConsumerThresholds
from wellmade.foundation.queue_option import Queue, QueueTuning, waiting
from wellmade.foundation.queue_source import Batching
from wellmade.foundation.source_shares import DEFAULT as DEFAULT_CONCURRENCY
from wellmade.kit.refusals import refusal
from wellmade_runtime.variables import MESSAGE_GROUP_KEY


class OrderedQueueWorker(QueueConsumer):
    """Process the messages of one group in order, and different groups side by side.

    Defines: FIFO queue, FIFO dead-letter queue, function, event source mapping, alarms on messages in the
    dead-letter queue, on the age of the oldest message, on errors, throttles and duration; of these what it
    is not given.

    After a failure the rest of that group goes back too, which the handler does with the FIFO processor of
    Powertools. SQS delivers a message once within five minutes only, so the handler stays idempotent.
    Producers send the value of the field `message_group_key` as the message group id.

    Example:
        ledger = OrderedQueueWorker(
            self, "Ledger", function="ledger_worker", message_group_key="account", high_throughput=True
        )

    Args:
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.IFunction`, or the name of a
            handler that travels with this library.
        message_group_key: The field of a message whose value is its group: what must stay in order. The
            handler finds it in `MESSAGE_GROUP_KEY`. None for a handler that takes the group of each record.
        queue: Your own FIFO queue, with its dead-letter queue. Default: one is defined.
        batch_size: Most messages of a batch, 1 to 10. Those of a group behind one that fails go back with it
            and use up their receives too: where it always fails they follow it into the dead-letter queue,
            though nothing is wrong with them. 1 moves it alone, for an invocation a message. Default: 10.
        filters: Filters on messages, as event source mappings write them; one of up to 5 must match, others
            are deleted. Default: every message.
        max_concurrency: Most copies of the function at once for this queue, 2 to 1,000; no more run than
            there are groups. Default: the function's reservation, shared with its other queues; 10 without
            one.
        max_receive_count: Receives before a message moves to the dead-letter queue; not beside `queue`.
            Default: 3.
        visibility_timeout: How long a received message stays hidden; of an imported queue what it has.
            Default: six function timeouts.
        dead_letter_queue: Your own FIFO queue; beside an imported `queue` the one that it has. Default: one
            is defined and kept 14 days.
        sends_per_second: Send calls that must pass; a batch of up to 10 messages is one. Default: 300 at
            most.
        high_throughput: Apply the limits to each message group, not to the queue; not beside `queue`.
            Default: False.
        encryption_key: Your own key for the queue; not beside `queue`. Default: one of SQS.
        removal_policy: What happens to the queues that are defined here when they leave the stack. Default:
            they are retained.
        alarm_thresholds: By alarm (`dead_letters`, `oldest_message`, `waiting_messages`, and those of the
            function) the line above which it fires, or None to leave it out. Default: 0, as long as all
            receives may take, left out; of the function as for a `PythonFunction`, without `concurrency`.

    Raises:
        RefusedError: If the group's field has no name, a queue is a standard one, the rate needs high
            throughput, an option is out of bounds, or a queue of your own is tuned here; at synth also if
            what is synthesized breaks one of the rules above.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: FunctionOption,
        message_group_key: str | None,
        queue: Queue | None = None,
        batch_size: int = 10,
        filters: Sequence[Mapping[str, Any]] = (),
        max_concurrency: int | None = None,
        max_receive_count: int | None = None,
        visibility_timeout: Duration | None = None,
        dead_letter_queue: Queue | None = None,
        sends_per_second: float = 0,
        high_throughput: bool = False,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: QueueConsumerThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._refuse_wrong(message_group_key, sends_per_second, queue, high_throughput=high_throughput)
        worker = handling(
            self,
            function,
            reserved_concurrency=max_concurrency or DEFAULT_CONCURRENCY,
            environment={MESSAGE_GROUP_KEY: message_group_key} if message_group_key else None,
            alarm_thresholds=alarm_thresholds,
            waits=True,
        )
        tuning = QueueTuning(
            max_receive_count=max_receive_count,
            visibility_timeout=visibility_timeout,
            dead_letter_queue=dead_letter_queue,
            fifo=True,
            high_throughput=high_throughput,
            encryption_key=encryption_key,
            removal_policy=removal_policy,
            alarm_thresholds=alarm_thresholds,
        )
        messages = waiting(self, queue, tuning, function_timeout=worker.timeout, window=None)
        batching = Batching(batch_size, None, filters, max_concurrency)
        self._consume(messages, worker, batching, alarm_thresholds)

    def _refuse_wrong(
        self, key: str | None, sends: float, queue: Queue | None, *, high_throughput: bool
    ) -> None:
        if key is not None and not key.strip():
            fix = "name the field whose value must stay in order, such as 'account'"
            raise refusal(self, "message_group_key", "the name of a message field", repr(key), fix)
        if high_throughput and queue is not None:
            fix = "set it where the queue is defined"
            raise refusal(self, "high_throughput", "left out beside queue=", high_throughput, fix)
        if sends > FIFO_SENDS and not high_throughput and queue is None:
            allowed = f"at most {FIFO_SENDS} (3,000 messages in batches of 10) without high throughput"
            raise refusal(self, "sends_per_second", allowed, f"{sends:.12g}", "set high_throughput=True")
