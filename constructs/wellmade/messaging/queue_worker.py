"""SQS to Lambda."""

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.durable_queue import DurableQueue
from wellmade.foundation.python_function import PythonFunction
from wellmade.foundation.queue_consumer import QueueConsumer
from wellmade.foundation.queue_poller import BATCHING_WINDOW, visibility_timeout


class QueueWorker(QueueConsumer):
    """Process messages a batch at a time and lose none of them.

    Defines: queue, dead-letter queue, function, alarms on messages set aside, on the age of the oldest
    message, on errors and on throttles.

    The visibility timeout is six function timeouts and the batching window. `concurrency` is both the
    function's reservation and the source's maximum, so that throttling never uses up deliveries. A message
    that fails goes back alone; the handler returns `batchItemFailures`.

    Example:
        worker = QueueWorker(self, "Orders", package="order_worker", concurrency=20)

    Args:
        package: Name of a handler that travels with this library, or the `Path` of your own.
        environment: Variables for the handler; no secrets. Default: none.
        timeout: Most time for one batch, up to 15 minutes. Default: 60 seconds.
        memory: Memory in MiB, 128 to 10240. Default: 512.
        concurrency: Most copies of the function at once, 2 to 900; reserves that much of the account's pool.
            Default: 10.
        max_receives: Deliveries before a message is set aside. Default: 3.
        batching_window: Longest wait for a batch of 10 to fill, up to 5 minutes. Default: 5 seconds.
        dead_letter_queue: Bring your own standard queue. Default: one is defined and kept 14 days.

    Raises:
        ValueError: If an option is out of bounds or the dead-letter queue does not fit; at synth also if
            somebody reached through to the resources and broke one of the rules above.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        package: str | Path,
        environment: Mapping[str, str] | None = None,
        timeout: Duration | None = None,
        memory: int = 512,
        concurrency: int = 10,
        max_receives: int = 3,
        batching_window: Duration = BATCHING_WINDOW,
        dead_letter_queue: sqs.IQueue | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = PythonFunction(
            self,
            "Worker",
            package=package,
            environment=environment,
            timeout=timeout,
            memory=memory,
            concurrency=concurrency,
        )
        self._messages = DurableQueue(
            self,
            "Messages",
            visibility_timeout=visibility_timeout(self.function.timeout, batching_window),
            max_receives=max_receives,
            dead_letter_queue=dead_letter_queue,
        )
        self._consume(self._messages, window=batching_window)

    def grant_send(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` send messages, and nothing else."""
        return self._messages.grant_send(grantee)
