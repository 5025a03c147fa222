"""What a workflow refuses."""

from collections.abc import Sequence

from aws_cdk import Duration
from constructs import IConstruct

from wellmade.foundation.refusal import refusal
from wellmade.foundation.tree import seconds
from wellmade.workflow.step import Step
from wellmade.workflow.tasks import ForEach, RunExpress, SendAndWait

EXPRESS_LIMIT = 300
"""Seconds. https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html"""
FEWEST = 4
"""Calls in a row below which a queue does it."""


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
    names = [step.name for step in steps]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise refusal(scope, "steps", "named differently", f"{twice!r} twice", "give each its own name")
    if express:
        _refuse_express(scope, steps, timeout)
    else:
        _refuse_standard(scope, steps)
    if seconds(timeout) < longest(steps):
        allowed = f"at least {longest(steps):.12g} s, what the steps and what undoes them may take"
        fix = "raise it or leave it out: an execution that runs out of time is not undone"
        raise refusal(scope, "timeout", allowed, timeout, fix)


def _refuse_express(scope: IConstruct, steps: Sequence[Step], timeout: Duration) -> None:
    if seconds(timeout) > EXPRESS_LIMIT:
        fix = "make it a Standard workflow, or split it"
        raise refusal(scope, "timeout", f"at most {EXPRESS_LIMIT} s of an Express workflow", timeout, fix)
    for step in steps:
        if step.task.longest > EXPRESS_LIMIT:
            fix = "move it into the Standard workflow"
            allowed = f"within the {EXPRESS_LIMIT} s of an Express workflow"
            raise refusal(scope, f"step {step.name!r}", allowed, f"{step.task.longest:.12g} s", fix)
        if step.undo or isinstance(step.task, SendAndWait | RunExpress):
            fix = "let the Standard workflow undo and wait: nobody sees how far an Express one came"
            raise refusal(scope, f"step {step.name!r}", "a plain task in an Express workflow", "more", fix)


def _refuse_standard(scope: IConstruct, steps: Sequence[Step]) -> None:
    mapped = next((step for step in steps if isinstance(step.task, ForEach)), None)
    if mapped:
        fix = "run it in an Express workflow with RunExpress: each item is paid by transition here"
        raise refusal(scope, f"step {mapped.name!r}", "no ForEach in a Standard workflow", "one", fix)
    if len(steps) < FEWEST and all(_is_plain(step) for step in steps):
        allowed = f"{FEWEST} calls or more, or one that waits, branches or is undone"
        fix = "use a QueueWorker between the functions, which retries too and costs a fraction"
        raise refusal(scope, "steps", allowed, f"{len(steps)} calls in a row", fix)


def _is_plain(step: Step) -> bool:
    return step.task.is_call and step.undo is None and step.when is None
