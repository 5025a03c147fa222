"""SQS FIFO to Lambda."""

from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.durable_queue import DurableQueue
from wellmade.foundation.python_function import PythonFunction
from wellmade.foundation.queue_consumer import QueueConsumer
from wellmade.foundation.queue_poller import visibility_timeout
from wellmade.foundation.refusal import refusal

STANDARD_SENDS = 300
"""Send calls a second into a FIFO queue without high throughput, each of up to 10 messages.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-fifo.html
"""


class OrderedQueueWorker(QueueConsumer):
    """Process the messages of one group in order, and different groups side by side.

    Defines: FIFO queue, FIFO dead-letter queue, function, alarms on messages set aside, on the age of the
    oldest message, on errors and on throttles.

    After a failure the rest of that group goes back too, which the handler does with the FIFO processor of
    Powertools. SQS delivers a message once within five minutes only, so the handler stays idempotent.
    Producers send the value of the `group_key` field as the message group id.

    Example:
        ledger = OrderedQueueWorker(self, "Ledger", package="ledger_worker", group_key="account")

    Args:
        package: Name of a handler that travels with this library, or the `Path` of your own.
        group_key: The field of a message whose value is its group: what must stay in order. The handler
            finds it in `MESSAGE_GROUP_KEY`.
        timeout: Most time for one batch, up to 15 minutes. Default: 60 seconds.
        concurrency: Most copies at once, 2 to 900; no more run than there are groups. Default: 10.
        max_receives: Deliveries before a message is set aside. Default: 3.
        dead_letter_queue: Bring your own FIFO queue. Default: one is defined and kept 14 days.
        sends_per_second: Send calls that must pass; a batch of up to 10 messages is one. Default: 300 at
            most.
        high_throughput: Apply the limits to each message group, not to the queue. Default: False.

    Raises:
        ValueError: If there is no `group_key`, the dead-letter queue is a standard queue, the rate needs
            high throughput, or an option is out of bounds; at synth also if somebody reached through to
            the resources and broke one of the rules above.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        package: str | Path,
        group_key: str,
        timeout: Duration | None = None,
        concurrency: int = 10,
        max_receives: int = 3,
        dead_letter_queue: sqs.IQueue | None = None,
        sends_per_second: float = 0,
        high_throughput: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self._refuse_wrong(group_key, sends_per_second, high_throughput=high_throughput)
        self.function = PythonFunction(
            self,
            "Worker",
            package=package,
            environment={"MESSAGE_GROUP_KEY": group_key},
            timeout=timeout,
            concurrency=concurrency,
        )
        self._messages = DurableQueue(
            self,
            "Messages",
            visibility_timeout=visibility_timeout(self.function.timeout, Duration.seconds(0)),
            max_receives=max_receives,
            dead_letter_queue=dead_letter_queue,
            fifo=True,
            high_throughput=high_throughput,
        )
        self._consume(self._messages, window=None)

    def grant_send(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` send messages, and nothing else."""
        return self._messages.grant_send(grantee)

    def _refuse_wrong(self, group_key: str, sends: float, *, high_throughput: bool) -> None:
        if not group_key.strip():
            fix = "name the field whose value must stay in order, such as 'account'"
            raise refusal(self, "group_key", "the name of a message field", repr(group_key), fix)
        if sends > STANDARD_SENDS and not high_throughput:
            allowed = f"at most {STANDARD_SENDS} (3,000 messages in batches of 10) without high throughput"
            raise refusal(self, "sends_per_second", allowed, f"{sends:.12g}", "set high_throughput=True")
