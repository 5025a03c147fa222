"""A step that does several things at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wellmade.kit.refusals import refusal
from wellmade.workflow.chain import branch_of
from wellmade.workflow.choice import Choice
from wellmade.workflow.step import Step
from wellmade.workflow.task import (
    COMPENSATION_RETRY,
    DISCARD,
    FORWARD_RETRY,
    Permission,
    Retrier,
    RetryPolicy,
    State,
    Task,
)


@dataclass(frozen=True)
class Parallel:
    """Do several sequences of steps at once; it has failed where one of them has.

    Should it or a later step fail, the compensations of all its steps run, each sequence backwards: those of
    what was not done find nothing to compensate.

    Args:
        branches: Sequences of steps; each step is tried again by itself.
    """

    branches: Sequence[Sequence[Step]]
    policy: RetryPolicy = FORWARD_RETRY
    is_call = False
    is_done = None

    @property
    def steps(self) -> list[Step]:
        """All steps of all branches."""
        return [step for branch in self.branches for step in branch]

    @property
    def waits(self) -> bool:
        """Whether one of the steps does."""
        return any(step.task.waits for step in self.steps)

    @property
    def permissions(self) -> Sequence[Permission]:
        """What the steps need."""
        return [each for step in self.steps for each in step.task.permissions]

    @property
    def longest(self) -> float:
        """What the longest branch takes."""
        return max(sum(step.task.longest for step in branch) for branch in self.branches)

    def state(self, name: str) -> State:
        """Return the branches, whose results are not kept."""
        named = [(f"{name}: {number}", branch) for number, branch in enumerate(self.branches, start=1)]
        branches = [branch_of(label, branch, self.policy) for label, branch in named]
        return {"Type": "Parallel", "Branches": branches, "ResultPath": DISCARD}

    def retriers(self, non_retryable_errors: Sequence[str], policy: RetryPolicy) -> list[Retrier]:  # noqa: ARG002 - of the protocol; each step retries for itself
        """Nothing: each step retries for itself."""
        return []

    def refuse_wrong(self, path: str, step: str) -> None:
        """Raise unless there are two branches, each with a step."""
        if len(self.branches) < 2 or not all(self.branches):
            fix = "give Parallel([[Step(…)], [Step(…)]])"
            raise refusal(path, step, "two or more branches, each with a step", "fewer", fix)


def compensations_of(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield what compensates steps, in their order: those of branches together, those of routes in a row.

    Each is called as the step that it compensates, and no retry fixes the errors that fix none of its step.
    """
    for step in steps:
        if step.compensation:
            final = step.non_retryable_errors
            yield Step(step.name, _patient(step.compensation), non_retryable_errors=final)
        elif isinstance(step.task, Choice):
            yield from compensations_of(step.task.routes)
        elif isinstance(step.task, Parallel):
            back = [list(_backwards(branch)) for branch in step.task.branches]
            branches = [branch for branch in back if branch]
            if branches:
                yield Step(step.name, Parallel(branches, COMPENSATION_RETRY))


def _backwards(branch: Sequence[Step]) -> Iterator[Step]:
    for back in reversed(list(compensations_of(branch))):
        yield replace(back, name=compensation_name(back.name))


def _patient(task: Task) -> Task:
    return Parallel(task.branches, COMPENSATION_RETRY) if isinstance(task, Parallel) else task


def compensation_name(step: str) -> str:
    """Return the name of the state that compensates a step."""
    return f"Compensate {step}"
