"""From steps to states, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from wellmade.workflow.choice import Choice
from wellmade.workflow.run_express import RunExpress
from wellmade.workflow.step import Step
from wellmade.workflow.task import COMPENSATION_RETRY, FORWARD_RETRY, RetryPolicy, State, Task

RETRIED = ("Map", "Parallel", "Task")
"""Types of states that may fail."""
AGAIN_SECONDS = 30
"""Between runs of what compensates: at 9 events each, an execution's 25,000 last for most of a day."""
REJECTED = "Rejected"
"""The error of a branch, or of an item, whose task was rejected."""


@dataclass(frozen=True)
class Way:
    """Where a state goes that fails.

    Args:
        next: The state that comes then. None: inside a branch, which then fails as a whole.
        at: Where the execution's data keeps the error.
        policy: How often a state is tried again. None: never, since what is around it is.
        catches: Whether errors lead there too, or only an answer that rejects; else they end the execution,
            which a redrive continues with the state that failed.
    """

    next: str | None = None
    at: str = "$.failure"
    policy: RetryPolicy | None = FORWARD_RETRY
    catches: bool = True

    def catchers(self) -> dict[str, Any]:
        """Return what a state catches: everything, or nothing inside a branch."""
        if self.next is None or not self.catches:
            return {}
        return {"Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": self.at, "Next": self.next}]}


def entry_of(step: Step) -> str:
    """Return the name of the state by which a step is entered: of the choice before it, or its own."""
    return f"{step.name}?" if step.when else step.name


def step_states(step: Step, following: str, way: Way) -> dict[str, State]:
    """Return the states of a step: the choice before it, the task, and the look at whether it was done."""
    states: dict[str, State] = {}
    if isinstance(step.task, Choice):
        for route in step.task.routes:
            states |= step_states(replace(route, when=None), following, way)
        states[step.name] = {"Default": following, **step.task.state(step.name)}
    else:
        states |= task_states(step.name, step.task, step.non_retryable_errors, following, way)
    if step.when:
        choices = [{**step.condition, "Next": step.name}]
        states[entry_of(step)] = {"Type": "Choice", "Choices": choices, "Default": following}
    return states


def task_states(
    name: str, task: Task, non_retryable_errors: Sequence[str], following: str, way: Way
) -> dict[str, State]:
    """Return the state of a task, and behind it the look at whether it was done."""
    after = f"{name}: done?" if task.is_done else following
    state = {**task.state(name), "Next": after}
    if state["Type"] in RETRIED:
        retriers = task.retriers(non_retryable_errors, way.policy) if way.policy else []
        state = {**({"Retry": retriers} if retriers else {}), **state, **way.catchers()}
    states = {name: state}
    if task.is_done:
        failed, more = _failed(name, task, way)
        choices = [{**task.is_done, "Next": following}]
        states[after] = {"Type": "Choice", "Choices": choices, "Default": failed}
        states |= more
    return states


def _failed(name: str, task: Task, way: Way) -> tuple[str, dict[str, State]]:
    """Return the state behind a task that was not done, and what must be defined for it."""
    if way.policy is COMPENSATION_RETRY and isinstance(task, RunExpress):
        # An Express run that fails raises no error to be tried again, so it is run until it is done; the
        # alarms of what it calls tell a person.
        again = f"{name}: again"
        return again, {again: {"Type": "Wait", "Seconds": AGAIN_SECONDS, "Next": name}}
    if way.next is None:
        rejected = f"{name}: rejected"
        return rejected, {rejected: {"Type": "Fail", "Error": REJECTED, "Cause": "See the task's answer."}}
    return way.next, {}


def branch_of(name: str, steps: Sequence[Step], policy: RetryPolicy | None = FORWARD_RETRY) -> State:
    """Return steps as a machine of their own, inside a state; it fails with the first step that does.

    Args:
        name: How the branch is called: before the name of its end.
        steps: One after the other.
        policy: How often each is tried again. None: never, since what is around it is.
    """
    end = f"{name}: done"
    states: dict[str, State] = {end: {"Type": "Succeed"}}
    following = end
    for step in reversed(steps):
        states = {**step_states(step, following, Way(policy=policy)), **states}
        following = entry_of(step)
    return {"StartAt": following, "States": states}
