"""What every pattern is that takes its work from a queue."""

import jsii
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.foundation.durable_queue import DurableQueue
from wellmade.foundation.python_function import PythonFunction
from wellmade.foundation.queue_poller import poll


@jsii.implements(iam.IGrantable)
class QueueConsumer(Construct):
    """A function and the queue that feeds it, under the names that all patterns share."""

    queue: sqs.IQueue
    """Where work waits."""
    dead_letter_queue: sqs.IQueue
    """Where work waits for a person after its last delivery."""
    function: PythonFunction
    """What does the work."""
    source: lambda_.EventSourceMapping
    """What hands messages of the queue to the function."""
    alarms: list[cloudwatch.Alarm]
    """On work set aside, on the age of the oldest work, on errors and on throttles."""

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The function's role, so that a resource's own `grant_…` methods take this construct."""
        return self.function.grant_principal

    def _consume(self, messages: DurableQueue, *, window: Duration | None) -> None:
        """Let the function poll the queue; the function must have been set."""
        self.source = poll(messages, self.function, window=window)
        self.queue = messages.queue
        self.dead_letter_queue = messages.dead_letter_queue
        self.alarms = [*messages.alarms, *self.function.alarms]
