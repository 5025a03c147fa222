"""One step of a workflow, and its compensation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wellmade.workflow.task import Task


@dataclass(frozen=True)
class Step:
    """What is done, when, and what compensates it should a later step fail.

    Both are repeated after a crash or a time-out, so both do their work once however often they are called;
    a compensation also finds nothing to compensate, and keeps its step from coming late.

    Args:
        name: What people read in the execution's history, up to 50 characters.
        task: What is done.
        compensation: What compensates it. Default: nothing needs to be compensated.
        when: Condition of a choice, as Step Functions writes it. Default: always.
        non_retryable_errors: Names of errors that a retry does not fix, such as `InvalidMessageError`.
            Default: none.
    """

    name: str
    task: Task
    compensation: Task | None = None
    when: Mapping[str, Any] | None = None
    non_retryable_errors: tuple[str, ...] = ()
