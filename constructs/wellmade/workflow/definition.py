"""From steps to states: forward one after the other, back in reverse order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wellmade.workflow.express import RunExpress
from wellmade.workflow.step import Step
from wellmade.workflow.task import QUICK, STUBBORN, State, Task

AGAIN_SECONDS = 30
"""Between runs of what undoes: at 9 events each, an execution's 25,000 last for most of a day."""
DONE, UNDONE, STUCK, FAILED = "Completed", "Compensated", "Compensation failed", "Failed"


@dataclass(frozen=True)
class Transitions:
    """State transitions that one execution is billed for, retries left out."""

    completed: int
    """When every step is done."""
    compensated: int
    """When the last step fails and everything is undone."""


def states_of(steps: Sequence[Step]) -> tuple[str, dict[str, State]]:
    """Return the name of the first state, and all states by name."""
    states: dict[str, State] = {}
    following = DONE
    for index in range(len(steps) - 1, -1, -1):
        back = _way_back(steps, index)
        states |= _forward(steps[index], following, back)
        following = _entry(steps[index])
    states |= _backward(steps) | _ends(steps)
    return following, states


def transitions_of(steps: Sequence[Step], *, claimed: bool) -> Transitions:
    """Count the states that an execution enters.

    Args:
        steps: The workflow's.
        claimed: Whether an execution claims its work first.
    """
    forward = sum(1 + bool(step.when) + bool(step.task.is_done) for step in steps)
    back = sum(1 + bool(step.undo.is_done) for step in steps if step.undo)
    return Transitions(forward + claimed + 1, forward + back + claimed + 1)


def _entry(step: Step) -> str:
    return f"{step.name}?" if step.when else step.name


def _forward(step: Step, following: str, back: str) -> dict[str, State]:
    """Return the states of a step: the choice before it, the task, and the look at whether it was done."""
    caught = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": back}]
    retriers = step.task.retriers(step.final, QUICK)
    states = _task(step.name, step.task.state(), retriers, caught, following, back, step.task)
    if step.when:
        choice = {"Type": "Choice", "Choices": [{**step.when, "Next": step.name}], "Default": following}
        states[_entry(step)] = choice
    return states


def _backward(steps: Sequence[Step]) -> dict[str, State]:
    states: dict[str, State] = {}
    for index, step in enumerate(steps):
        if step.undo:
            caught = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.stuck", "Next": STUCK}]
            following = _way_back(steps, index - 1)
            name, retriers = _undo(step), step.undo.retriers((), STUBBORN)
            # An Express run that fails raises no error to be tried again, so it is run until it is done;
            # the alarms of what it calls tell a person.
            failed = f"{name}: again" if isinstance(step.undo, RunExpress) else STUCK
            states |= _task(name, step.undo.state(), retriers, caught, following, failed, step.undo)
            if isinstance(step.undo, RunExpress):
                states[failed] = {"Type": "Wait", "Seconds": AGAIN_SECONDS, "Next": name}
    return states


def _task(
    name: str, state: State, retriers: Any, caught: Any, following: str, failed: str, task: Task
) -> dict[str, State]:
    after = f"{name}: done?" if task.is_done else following
    states = {name: {**state, "Retry": retriers, "Catch": caught, "Next": after}}
    if task.is_done:
        good = {**task.is_done, "Next": following}
        states[after] = {"Type": "Choice", "Choices": [good], "Default": failed}
    return states


def _way_back(steps: Sequence[Step], index: int) -> str:
    """Return where to go when a step failed: it may have taken effect, so it is undone like those before."""
    undone = [step for step in steps[: index + 1] if step.undo]
    if undone:
        return _undo(undone[-1])
    return UNDONE if any(step.undo for step in steps) else FAILED


def _undo(step: Step) -> str:
    return f"Undo {step.name}"


def _ends(steps: Sequence[Step]) -> dict[str, State]:
    def end(outcome: str) -> State:
        return {"Type": "Pass", "Result": outcome, "ResultPath": "$.outcome", "End": True}

    ends: dict[str, State] = {DONE: end("completed")}
    if not any(step.undo for step in steps):
        return ends | {FAILED: {"Type": "Fail", "Error": FAILED, "Cause": "A step failed; see its failure."}}
    stuck = "A compensation failed for good: what was done is half undone. Undo the rest by hand."
    return ends | {UNDONE: end("compensated"), STUCK: {"Type": "Fail", "Error": STUCK, "Cause": stuck}}
