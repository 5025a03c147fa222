"""What a workflow refuses."""

from collections.abc import Iterator, Sequence

from aws_cdk import Duration
from constructs import IConstruct

from wellmade.foundation.durable_queue import longest_work
from wellmade.foundation.refusal import refusal
from wellmade.foundation.tree import seconds
from wellmade.workflow.claims import CLAIM, DUPLICATE
from wellmade.workflow.definition import DONE, FAILED, STUCK, UNDONE
from wellmade.workflow.express import ForEach, RunExpress
from wellmade.workflow.step import Step
from wellmade.workflow.task import Task
from wellmade.workflow.tasks import SendAndWait

EXPRESS_LIMIT = 300
"""Seconds. https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html"""
FEWEST = 4
"""Calls in a row below which a queue does it."""
LONGEST_NAME = 60
"""Characters: a state has 80, and some of them are made of a step's name."""
_TAKEN = (CLAIM, DUPLICATE, DONE, UNDONE, STUCK, FAILED)
"""Names of the workflow's own states."""


def longest(steps: Sequence[Step]) -> float:
    """Return the seconds that every step and its undoing may take together, each at its first attempt."""
    return sum(task.longest for step in steps for task in (step.task, step.undo) if task)


def refuse_wrong(scope: IConstruct, steps: Sequence[Step], timeout: Duration, *, express: bool) -> None:
    """Raise where these steps cannot or should not be a workflow of this kind.

    Raises:
        ValueError: See `Workflow`.
    """
    if not steps:
        raise refusal(scope, "steps", "at least one", "none", "name what is to be done")
    _refuse_names(scope, [step.name for step in steps])
    for step, task in _tasks(steps):
        if isinstance(task, SendAndWait):
            _refuse_wait(scope, step, task)
        if isinstance(task, RunExpress) and not task.workflow.is_express:
            fix = "define it with express=True: Step Functions runs no other while somebody waits"
            raise refusal(scope, f"step {step.name!r}", "an Express workflow", "a Standard one", fix)
    for step in steps:
        final: object = step.final
        if isinstance(final, str):
            allowed = "final errors as a tuple"
            raise refusal(scope, f"step {step.name!r}", allowed, repr(final), f"write ({final!r},)")
    if express:
        _refuse_express(scope, steps, timeout)
    else:
        _refuse_standard(scope, steps)
    if seconds(timeout) < longest(steps):
        allowed = f"at least {longest(steps):.12g} s, what the steps and what undoes them may take"
        fix = "raise it or leave it out: an execution that runs out of time is not undone"
        raise refusal(scope, "timeout", allowed, timeout, fix)


def refuse_no_path(scope: IConstruct, option: str, given: str | None) -> None:
    """Raise unless an option is a path into the execution's data, or not given.

    Raises:
        ValueError: If it is not.
    """
    if given is not None and not given.startswith("$."):
        allowed = "a path into the execution's data, such as '$.order_id'"
        raise refusal(scope, option, allowed, repr(given), f"write '$.{given}'")


def _tasks(steps: Sequence[Step]) -> Iterator[tuple[Step, Task]]:
    """Yield what steps do and what undoes them, and of a list what is done for each item."""
    for step in steps:
        for task in (step.task, step.undo):
            if task:
                yield step, _for_an_item(task)


def _for_an_item(task: Task) -> Task:
    return _for_an_item(task.task) if isinstance(task, ForEach) else task


def _refuse_names(scope: IConstruct, names: Sequence[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise refusal(scope, "steps", "named differently", f"{twice!r} twice", "give each its own name")
    for name in names:
        if name in _TAKEN or name.startswith("Undo ") or name.endswith("?") or ":" in name:
            fix = "say what is done, such as 'Reserve'"
            raise refusal(scope, "steps", "no name of the workflow's own states", repr(name), fix)
        if not 1 <= len(name) <= LONGEST_NAME:
            allowed = f"names of 1 to {LONGEST_NAME} characters"
            raise refusal(scope, "steps", allowed, f"{name!r}, {len(name)} characters", "shorten it")


def _refuse_wait(scope: IConstruct, step: Step, task: SendAndWait) -> None:
    of_step, needed = f"step {step.name!r}", longest_work(task.queue)
    if bool(task.queue.fifo) != bool(task.group):
        allowed = "a group for a FIFO queue, and for no other"
        got = f"{'a FIFO' if task.queue.fifo else 'a standard'} queue and group={task.group!r}"
        raise refusal(scope, of_step, allowed, got, "pass group='$.…', or another queue")
    if needed and task.longest < needed:
        allowed = f"a wait of at least {needed:.12g} s, what all deliveries of a message may take"
        fix = "raise its timeout or leave it out: a worker that answers later is not heard"
        raise refusal(scope, of_step, allowed, f"{task.longest:.12g} s", fix)
    if task.heartbeat and seconds(task.heartbeat) >= task.longest:
        allowed = f"a heartbeat shorter than the timeout of {task.longest:.12g} s"
        raise refusal(scope, of_step, allowed, task.heartbeat, "shorten it, or leave it out")


def _refuse_express(scope: IConstruct, steps: Sequence[Step], timeout: Duration) -> None:
    if seconds(timeout) > EXPRESS_LIMIT:
        fix = "make it a Standard workflow, or split it"
        raise refusal(scope, "timeout", f"at most {EXPRESS_LIMIT} s of an Express workflow", timeout, fix)
    for step in steps:
        if step.task.longest > EXPRESS_LIMIT:
            fix = "move it into the Standard workflow"
            allowed = f"within the {EXPRESS_LIMIT} s of an Express workflow"
            raise refusal(scope, f"step {step.name!r}", allowed, f"{step.task.longest:.12g} s", fix)
        if step.undo or not _for_an_item(step.task).is_call:
            fix = "let the Standard workflow undo and wait: nobody sees how far an Express one came"
            raise refusal(scope, f"step {step.name!r}", "a plain task in an Express workflow", "more", fix)


def _refuse_standard(scope: IConstruct, steps: Sequence[Step]) -> None:
    mapped = next((step for step in steps if _maps(step.task) or _maps(step.undo)), None)
    if mapped:
        fix = "run it in an Express workflow with RunExpress: each item is paid by transition here"
        raise refusal(scope, f"step {mapped.name!r}", "no ForEach in a Standard workflow", "one", fix)
    if len(steps) < FEWEST and all(_is_plain(step) for step in steps):
        allowed = f"{FEWEST} calls or more, or one that waits, branches or is undone"
        fix = "use a QueueWorker between the functions, which retries too and costs a fraction"
        raise refusal(scope, "steps", allowed, f"{len(steps)} calls in a row", fix)


def _maps(task: Task | None) -> bool:
    return isinstance(task, ForEach)


def _is_plain(step: Step) -> bool:
    return step.task.is_call and step.undo is None and step.when is None
