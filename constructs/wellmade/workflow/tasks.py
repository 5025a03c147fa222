"""What a step of a workflow does: it calls a function, or sends a message and waits for a worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs

from wellmade.foundation.durable_queue import longest_work
from wellmade.foundation.python_function import PythonFunction
from wellmade.foundation.tree import seconds
from wellmade.workflow.task import (
    DISCARD,
    SILENCE,
    STUBBORN,
    Permission,
    Retrier,
    State,
    again,
    again_as_a_call,
    never,
)

TOKEN = "$$.Task.Token"  # noqa: S105 - where Step Functions keeps the token of a task
MARGIN = 10
"""Seconds that a call may take beyond the function's own timeout."""


@dataclass(frozen=True)
class Invoke:
    """Call a function and wait for its answer, which is not kept.

    A function that cannot do what is asked, such as reserve what is sold out, better refuses than fails: an
    error is counted, tried again, and calls a person.

    Args:
        function: What is called.
        payload: What it gets; keys that end in `.$` are paths into the execution's data. Default: all of it.
        refuses: Whether it may answer `{"refused": …}`, upon which the step has failed for good. Default: it
            never does.
    """

    function: PythonFunction
    payload: Mapping[str, Any] = field(default_factory=lambda: {"input.$": "$"})
    refuses: bool = False
    is_call = True

    @property
    def is_done(self) -> State | None:
        """It did not refuse."""
        return {"Variable": "$.answer.payload.refused", "IsPresent": False} if self.refuses else None

    @property
    def permissions(self) -> Sequence[Permission]:
        """Invoking this function."""
        return [Permission(("lambda:InvokeFunction",), (self.function.function.function_arn,))]

    @property
    def longest(self) -> float:
        """The function's timeout."""
        return seconds(self.function.timeout)

    def state(self) -> State:
        """Return the call."""
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {
                "FunctionName": self.function.function.function_arn,
                "Payload": dict(self.payload),
            },
            "TimeoutSeconds": self.longest + MARGIN,
            **(
                {"ResultSelector": {"payload.$": "$.Payload"}, "ResultPath": "$.answer"}
                if self.refuses
                else {"ResultPath": DISCARD}
            ),
        }

    def retriers(self, final: Sequence[str], pace: Retrier) -> list[Retrier]:
        """Try everything again but what the function says is final, and for longest what was throttled."""
        return again_as_a_call(final, pace)


@dataclass(frozen=True)
class SendAndWait:
    """Send a message to a queue and wait until a worker reports back with the task token in it.

    Args:
        queue: Where it is sent.
        body: What the worker gets besides `token`; keys that end in `.$` are paths.
        group: For a FIFO queue: path to what must stay in order, such as `$.customer`. Its hash is the
            message group, since a name may hold what a group may not. Default: none.
        timeout: Longest wait; no shorter than all deliveries of a message may take. Default: that and 5
            minutes, or 15 minutes for an imported queue.
        heartbeat: Longest silence of a worker that gives signs of life, shorter than the timeout. Default: it
            gives none.
    """

    queue: sqs.IQueue
    body: Mapping[str, Any]
    group: str | None = None
    timeout: Duration | None = None
    heartbeat: Duration | None = None
    is_call = False
    is_done = None

    @property
    def permissions(self) -> Sequence[Permission]:
        """Sending to this queue."""
        return [Permission(("sqs:SendMessage",), (self.queue.queue_arn,))]

    @property
    def longest(self) -> float:
        """The timeout."""
        if self.timeout:
            return seconds(self.timeout)
        return (longest_work(self.queue) or 600) + 300

    def state(self) -> State:
        """Return the call; each message is its own for the queue, since each has another token."""
        group = f"States.Hash({self.group}, 'SHA-256')"
        order = {"MessageGroupId.$": group, "MessageDeduplicationId.$": "States.UUID()"}
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {
                "QueueUrl": self.queue.queue_url,
                "MessageBody": {**self.body, "token.$": TOKEN},
                **(order if self.group else {}),
            },
            "TimeoutSeconds": self.longest,
            **({"HeartbeatSeconds": seconds(self.heartbeat)} if self.heartbeat else {}),
            "ResultPath": DISCARD,
        }

    def retriers(self, final: Sequence[str], pace: Retrier) -> list[Retrier]:
        """Try the sending again; what a worker reports is final, and on the way so is its silence.

        What undoes is asked for once more: it has nothing behind it but a person.
        """
        sending = again(["SQS.SdkClientException", "SQS.AmazonSQSException"], pace)
        silence = [again(SILENCE, {**pace, "MaxAttempts": 1})] if pace is STUBBORN else []
        return [*never(final), sending, *silence]
