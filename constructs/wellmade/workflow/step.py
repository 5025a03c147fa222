"""One step of a workflow, and its compensation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_stepfunctions as sfn

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
        when: Condition of a choice: an `sfn.Condition`, or as Step Functions writes it. Default: always.
        non_retryable_errors: Names of errors that a retry does not fix, such as `InvalidMessageError`,
            neither of the task nor of its compensation. Default: none.
    """

    name: str
    task: Task
    compensation: Task | None = None
    when: Mapping[str, Any] | sfn.Condition | None = None
    non_retryable_errors: tuple[str, ...] = ()

    @property
    def condition(self) -> Mapping[str, Any]:
        """`when`, as Step Functions writes it; empty where the step is always done."""
        if isinstance(self.when, sfn.Condition):
            found: Mapping[str, Any] = self.when.render_condition()
            return found
        return self.when or {}
