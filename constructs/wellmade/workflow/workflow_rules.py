"""What a workflow refuses before it is defined."""

from collections.abc import Iterator, Sequence

from aws_cdk import Duration
from constructs import IConstruct

from wellmade.facts.step_functions import EXPRESS_LIMIT
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal
from wellmade.workflow.choice import Choice
from wellmade.workflow.claims import CLAIM, DUPLICATE
from wellmade.workflow.definition import COMPENSATED, COMPLETED, FAILED, STUCK
from wellmade.workflow.for_each import ForEach
from wellmade.workflow.parallel import Parallel, compensation_name, compensations_of
from wellmade.workflow.step import Step
from wellmade.workflow.task import Task

FEWEST = 4
"""Calls in a row below which a queue does it."""
LONGEST_NAME = 50
"""Characters: a state has 80, and some of them are made of a step's name."""
_TAKEN = (CLAIM, DUPLICATE, COMPLETED, COMPENSATED, STUCK, FAILED)
"""Names of the workflow's own states."""


def longest(steps: Sequence[Step]) -> float:
    """Return the seconds that every step and its compensation may take together, at their first attempts."""
    forward = sum(step.task.longest for step in steps)
    return forward + sum(back.task.longest for back in compensations_of(steps))


def refuse_wrong(path: str, steps: Sequence[Step], timeout: Duration | None, *, express: bool) -> None:
    """Raise where these steps cannot or should not be a workflow of this kind.

    Raises:
        RefusedError: See `Workflow`.
    """
    if not steps:
        raise refusal(path, "steps", "at least one", "none", "name what is to be done", rule="cfn-lint:E3601")
    tasks = list(_tasks(steps))
    for step, task in tasks:
        task.refuse_wrong(path, f"step {step.name!r}")
    _refuse_names(path, [step.name for step in _all(steps)])
    if express:
        _refuse_express(path, steps, tasks)
    else:
        _refuse_standard(path, steps, tasks)
    if timeout:
        _refuse_timeout(path, steps, timeout, express=express)


def refuse_functions_elsewhere(scope: IConstruct, path: str, steps: Sequence[Step]) -> None:
    """Raise where a step invokes a function of another region, or of another account of this app.

    Raises:
        RefusedError: If one does.
    """
    for step, task in _tasks(steps):
        function = getattr(task, "function", None)
        refuse_elsewhere(scope, f"step {step.name!r} function", function, imported=["region"], path=path)


def refuse_no_path(path: str, option: str, given: str | None) -> None:
    """Raise unless an option is a path into the execution's data, or not given.

    Raises:
        RefusedError: If it is not.
    """
    if given is not None and not given.startswith("$."):
        allowed = "a path into the execution's data, such as '$.order_id'"
        raise refusal(path, option, allowed, repr(given), f"write '$.{given}'", rule="cfn-lint:E3601")


def _all(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield steps, and those inside their branches and routes, of compensations too."""
    for step in steps:
        yield step
        for task in (step.task, step.compensation):
            if isinstance(task, Parallel):
                yield from _all(task.steps)
            if isinstance(task, Choice):
                yield from _all(task.routes)


def _tasks(steps: Sequence[Step]) -> Iterator[tuple[Step, Task]]:
    """Yield what steps do and what compensates them, and of a list what is done for each item."""
    for step in _all(steps):
        for task in (step.task, step.compensation):
            if task:
                yield step, task
                yield from ((step, inner) for inner in _within(task))


def _within(task: Task) -> Iterator[Task]:
    if isinstance(task, ForEach):
        yield task.task
        yield from _within(task.task)


def _refuse_names(path: str, names: Sequence[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise refusal(path, "steps", "named differently", f"{twice!r} twice", "give each its own name")
    for name in names:
        own = name in _TAKEN or name.startswith(compensation_name("")) or name.endswith("?") or ":" in name
        if own:
            fix = "say what is done, such as 'Reserve'"
            raise refusal(path, "steps", "no name of the workflow's own states", repr(name), fix)
        if not 1 <= len(name) <= LONGEST_NAME:
            allowed = f"names of 1 to {LONGEST_NAME} characters"
            raise refusal(
                path,
                "steps",
                allowed,
                f"{name!r}, {len(name)} characters",
                "shorten it",
                rule="cfn-lint:E3601",
            )


def _refuse_timeout(path: str, steps: Sequence[Step], timeout: Duration, *, express: bool) -> None:
    if express and seconds(timeout) > EXPRESS_LIMIT:
        fix, allowed = (
            "make it a Standard workflow, or split it",
            f"at most {EXPRESS_LIMIT} s of an Express workflow",
        )
        raise refusal(path, "timeout", allowed, timeout, fix, rule="workflow-express-duration")
    if seconds(timeout) < longest(steps):
        allowed = f"at least {longest(steps):.12g} s, what the steps and their compensations may take"
        fix = "raise it or leave it out: an execution that runs out of time is not compensated"
        raise refusal(path, "timeout", allowed, timeout, fix)


def _refuse_express(path: str, steps: Sequence[Step], tasks: Sequence[tuple[Step, Task]]) -> None:
    for step, task in tasks:
        if task.waits or any(compensations_of(steps)):
            fix = "let the Standard workflow compensate and wait: nobody sees how far an Express one came"
            raise refusal(path, f"step {step.name!r}", "a plain task in an Express workflow", "more", fix)
        if task.longest > EXPRESS_LIMIT:
            fix = "move it into the Standard workflow"
            allowed = f"within the {EXPRESS_LIMIT} s of an Express workflow"
            got = f"{task.longest:.12g} s"
            raise refusal(path, f"step {step.name!r}", allowed, got, fix, rule="workflow-express-duration")


def _refuse_standard(path: str, steps: Sequence[Step], tasks: Sequence[tuple[Step, Task]]) -> None:
    mapped = next((step for step, task in tasks if isinstance(task, ForEach)), None)
    if mapped:
        fix = "run it in an Express workflow with RunExpress: each item is paid by transition here"
        option = f"step {mapped.name!r}"
        raise refusal(
            path, option, "no ForEach in a Standard workflow", "one", fix, rule="workflow-inline-map"
        )
    if len(steps) < FEWEST and all(_is_plain(step) for step in steps):
        allowed = f"{FEWEST} calls or more, or one that waits, branches or is compensated"
        fix = "use a QueueWorker between the functions, which retries too and costs a fraction"
        got = f"{len(steps)} calls in a row"
        raise refusal(path, "steps", allowed, got, fix, rule="workflow-short-line")


def _is_plain(step: Step) -> bool:
    return step.task.is_call and step.compensation is None and step.when is None
