"""What every pattern is that takes its work from a queue, whatever does the work."""

from typing import Any, cast

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import IConstruct

from wellmade.foundation.durable_queue import allow_send, grant_send
from wellmade.foundation.graphs import Graph
from wellmade.kit.refusals import refusal
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade_runtime.variables import QUEUE_URL


class QueueFed:
    """The queue of a pattern, under the names that all patterns share; beside a construct's own class."""

    queue: sqs.IQueue
    """Where messages wait."""
    _dead_letters: sqs.IQueue | None

    @property
    def dead_letter_queue(self) -> sqs.IQueue:
        """Where messages wait for a person after their last receive.

        Raises:
            RefusedError: If the queue is imported and its dead-letter queue was not given.
        """
        if self._dead_letters is None:
            fix = "give it beside queue="
            raise refusal(self._owner, "dead_letter_queue", "given for an imported queue", None, fix)
        return self._dead_letters

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Let a workload send messages, and set where in its variable `QUEUE_URL`.

        Args:
            workload: What sends.
            prefix: Before the variable's name, where a workload has several queues. Default: nothing.

        Raises:
            RefusedError: If something else has set the variable.
        """
        set_variables(self._owner, workload, {QUEUE_URL: self.queue.queue_url}, prefix=prefix)
        allow_send(self.queue, workload_of(self._owner, workload))

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
    def _messages_graph(self) -> Graph:
        """What `monitor` shows of the queue: who waits, and who waits for a person."""
        messages = [self.metric_waiting_messages(label="waiting")]
        if self._dead_letters:
            messages.append(self.metric_dead_letters(label="dead letters"))
        return Graph("messages", messages)

    @property
    def _owner(self) -> IConstruct:
        return cast(IConstruct, self)
