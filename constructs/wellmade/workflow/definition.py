"""The definition of a workflow: steps one after the other, compensations in reverse order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wellmade.workflow.chain import Way, entry_of, step_states
from wellmade.workflow.choice import Choice
from wellmade.workflow.parallel import Parallel, compensation_name, compensations_of
from wellmade.workflow.step import Step
from wellmade.workflow.task import COMPENSATION_RETRY, State, Task

COMPLETED, COMPENSATED, STUCK, FAILED = "Completed", "Compensated", "Compensation failed", "Failed"


@dataclass(frozen=True)
class Transitions:
    """State transitions that one execution is billed for, retries left out."""

    completed: int
    """When every step is done."""
    compensated: int
    """When the last step fails and everything is compensated."""


def states_of(steps: Sequence[Step]) -> tuple[str, dict[str, State]]:
    """Return the name of the first state, and all states by name."""
    states: dict[str, State] = {}
    following = COMPLETED
    for index in range(len(steps) - 1, -1, -1):
        states |= step_states(steps[index], following, _way_back(steps, index))
        following = entry_of(steps[index])
    states |= _backward(steps)
    return following, states | _ends(steps, states)


def transitions_of(steps: Sequence[Step], *, claimed: bool) -> Transitions:
    """Count the states that an execution enters.

    Args:
        steps: The workflow's.
        claimed: Whether an execution claims its work first.
    """
    forward = sum(_entered(step) for step in steps)
    back = sum(_entered_by(back.task) for back in compensations_of(steps))
    return Transitions(forward + claimed + 1, forward + back + claimed + 1)


def _entered(step: Step) -> int:
    return bool(step.when) + _entered_by(step.task)


def _entered_by(task: Task) -> int:
    if isinstance(task, Choice):
        return 1 + max(_entered_by(route.task) for route in task.routes)
    if isinstance(task, Parallel):
        # Each branch ends with a state of its own.
        return 1 + sum(1 + sum(_entered(step) for step in branch) for branch in task.branches)
    return 1 + bool(task.is_done)


def _backward(steps: Sequence[Step]) -> dict[str, State]:
    states: dict[str, State] = {}
    following, way = COMPENSATED, Way(STUCK, policy=COMPENSATION_RETRY, catches=False)
    for back in compensations_of(steps):
        name = compensation_name(back.name)
        states |= step_states(replace(back, name=name), following, way)
        following = name
    return states


def _way_back(steps: Sequence[Step], index: int) -> Way:
    """Return where to go when a step failed: it may have taken effect, so it is compensated too.

    Where nothing is compensated the execution fails in the step itself, so that a redrive begins with it; one
    that was led to a Fail state would fail there again.
    Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
    """
    if not any(compensations_of(steps)):
        return Way(FAILED, catches=False)
    back = [each.name for each in compensations_of(steps[: index + 1])]
    return Way(compensation_name(back[-1]) if back else COMPENSATED)


def _ends(steps: Sequence[Step], states: Mapping[str, State]) -> dict[str, State]:
    def end(outcome: str) -> State:
        return {"Type": "Pass", "Result": outcome, "ResultPath": "$.outcome", "End": True}

    stuck = "A compensation was rejected: what was done is half compensated. Finish it by hand."
    fails = {FAILED: "A step was rejected; see its answer.", STUCK: stuck}
    # Only what a task leads to that was rejected: Step Functions takes no state that nothing reaches.
    reached = {choice.get("Default") for choice in states.values()}
    ends: dict[str, State] = {COMPLETED: end("completed")}
    if any(compensations_of(steps)):
        ends[COMPENSATED] = end("compensated")
    failed = {n: {"Type": "Fail", "Error": n, "Cause": cause} for n, cause in fails.items() if n in reached}
    return ends | failed
