"""One step of a workflow, and what undoes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wellmade.workflow.task import Task


@dataclass(frozen=True)
class Step:
    """What is done, when, and what undoes it should a later step fail.

    Both are repeated after a crash or a time-out, so both do their work once however often they are called;
    what undoes a step also finds nothing to undo, and keeps the step from coming late.

    Args:
        name: What people read in the execution's history.
        task: What is done.
        undo: What undoes it. Default: nothing needs to be undone.
        when: Condition of a choice, as Step Functions writes it. Default: always.
        final: Names of errors that no repetition mends, such as `InvalidMessageError`. Default: none.
    """

    name: str
    task: Task
    undo: Task | None = None
    when: Mapping[str, Any] | None = None
    final: tuple[str, ...] = ()
