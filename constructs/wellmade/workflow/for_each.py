"""A step that does something for each item of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wellmade.facts.step_functions import INLINE_CONCURRENCY
from wellmade.kit.refusals import require_between
from wellmade.workflow.chain import REJECTED, branch_of
from wellmade.workflow.step import Step
from wellmade.workflow.task import DISCARD, Permission, Retrier, RetryPolicy, State, Task


@dataclass(frozen=True)
class ForEach:
    """Do one task for each item of a list, inside an Express workflow.

    Args:
        items: Path to the list.
        task: What is done; its payload's paths start at what `item_selector` makes of an item.
        item_selector: What the task sees of an item; `$$.Map.Item.Value` is the item. Default: the item
            alone.
        max_concurrency: Most items at once, up to 40. Default: 10.
    """

    items: str
    task: Task
    item_selector: Mapping[str, Any] = field(default_factory=lambda: {"item.$": "$$.Map.Item.Value"})
    max_concurrency: int = 10
    is_call = False
    is_done = None

    @property
    def waits(self) -> bool:
        """Whether the task does."""
        return self.task.waits

    @property
    def permissions(self) -> Sequence[Permission]:
        """What the task needs."""
        return self.task.permissions

    @property
    def longest(self) -> float:
        """What one item takes; how many there are is not known."""
        return self.task.longest

    def state(self, name: str) -> State:
        """Return the map with the task inside, which is tried again as a whole."""
        return {
            "Type": "Map",
            "ItemsPath": self.items,
            "ItemSelector": dict(self.item_selector),
            "MaxConcurrency": self.max_concurrency,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                **branch_of(name, [Step(f"{name}: item", self.task)], policy=None),
            },
            "ResultPath": DISCARD,
        }

    def retriers(self, non_retryable_errors: Sequence[str], policy: RetryPolicy) -> list[Retrier]:
        """Try the list again as a whole, unless an item was rejected: done again has no effect."""
        final = (*non_retryable_errors, REJECTED) if self.task.is_done else non_retryable_errors
        return self.task.retriers(final, policy)

    def refuse_wrong(self, path: str, step: str) -> None:
        """Raise where more items at once are wanted than Step Functions runs."""
        fix = "split the list over several Express workflows"
        bounds = (1, INLINE_CONCURRENCY)
        require_between(path, f"{step} max_concurrency", self.max_concurrency, *bounds, fix)
