"""What a step of a workflow does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_cdk import Duration
from aws_cdk import aws_sqs as sqs

from wellmade.foundation.durable_queue import longest_work
from wellmade.foundation.python_function import PythonFunction
from wellmade.foundation.tree import seconds
from wellmade.workflow.task import (
    DISCARD,
    PATIENT,
    SILENCE,
    STUBBORN,
    THROTTLED,
    Permission,
    Retrier,
    State,
    Task,
    again,
    never,
)

if TYPE_CHECKING:
    from wellmade.workflow.workflow import Workflow

TOKEN = "$$.Task.Token"  # noqa: S105 - where Step Functions keeps the token of a task
ITEM_REFUSED = "Refused"
"""The error of a list with an item that was refused."""
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
        return [*never(final), again([THROTTLED], PATIENT), again(["States.ALL"], pace)]


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


@dataclass(frozen=True)
class ForEach:
    """Do one task for each item of a list, inside an Express workflow.

    Args:
        items: Path to the list.
        task: What is done; its payload's paths start at what `select` makes of an item.
        select: What the task sees of an item; `$$.Map.Item.Value` is the item. Default: the item alone.
        at_once: Most items at once. Default: 10.
    """

    items: str
    task: Task
    select: Mapping[str, Any] = field(default_factory=lambda: {"item.$": "$$.Map.Item.Value"})
    at_once: int = 10
    is_call = False
    is_done = None

    @property
    def permissions(self) -> Sequence[Permission]:
        """What the task needs."""
        return self.task.permissions

    @property
    def longest(self) -> float:
        """What one item takes; how many there are is not known."""
        return self.task.longest

    def state(self) -> State:
        """Return the map with the task inside."""
        return {
            "Type": "Map",
            "ItemsPath": self.items,
            "ItemSelector": dict(self.select),
            "MaxConcurrency": self.at_once,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": "Item",
                "States": self._of_an_item(),
            },
            "ResultPath": DISCARD,
        }

    def _of_an_item(self) -> dict[str, State]:
        done = self.task.is_done
        if done is None:
            return {"Item": {**self.task.state(), "End": True}}
        look = {"Type": "Choice", "Choices": [{**done, "Next": "Item: done"}], "Default": "Item: refused"}
        return {
            "Item": {**self.task.state(), "Next": "Item: done?"},
            "Item: done?": look,
            "Item: done": {"Type": "Succeed"},
            "Item: refused": {"Type": "Fail", "Error": ITEM_REFUSED, "Cause": "See the answer to this item."},
        }

    def retriers(self, final: Sequence[str], pace: Retrier) -> list[Retrier]:
        """Try the list again as a whole, unless an item was refused: done again has no effect."""
        return self.task.retriers((*final, ITEM_REFUSED) if self.task.is_done else final, pace)


@dataclass(frozen=True)
class RunExpress:
    """Run an Express workflow and wait for its end: many cheap transitions inside one.

    Args:
        workflow: What is run, with the execution's data as its input.
    """

    workflow: "Workflow"
    is_call = False

    @property
    def is_done(self) -> State:
        """It succeeded; a run that failed raises no error."""
        return {"Variable": "$.express.status", "StringEquals": "SUCCEEDED"}

    @property
    def permissions(self) -> Sequence[Permission]:
        """Running this workflow."""
        return [Permission(("states:StartSyncExecution",), (self.workflow.machine_arn,))]

    @property
    def longest(self) -> float:
        """The workflow's timeout."""
        return seconds(self.workflow.timeout)

    def state(self) -> State:
        """Return the call, which succeeds also where the workflow failed; the state behind it looks."""
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sfn:startSyncExecution",
            "Parameters": {
                "StateMachineArn": self.workflow.machine_arn,
                "Input.$": "States.JsonToString($)",
            },
            "ResultSelector": {"status.$": "$.Status"},
            "ResultPath": "$.express",
            "TimeoutSeconds": self.longest + MARGIN,
        }

    def retriers(self, final: Sequence[str], pace: Retrier) -> list[Retrier]:
        """Try the call again; the workflow itself tries its steps again."""
        return [*never(final), again(["States.ALL"], pace)]
