"""Many cheap transitions: a list inside an Express workflow, and that one as a step of a Standard one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wellmade.foundation.tree import seconds
from wellmade.workflow.task import DISCARD, Permission, Retrier, State, Task, again, never
from wellmade.workflow.tasks import MARGIN

if TYPE_CHECKING:
    from wellmade.workflow.workflow import Workflow

ITEM_REFUSED = "Refused"
"""The error of a list with an item that was refused."""


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
