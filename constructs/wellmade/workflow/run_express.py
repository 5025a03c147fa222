"""A step that runs an Express workflow."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn

from wellmade.facts.step_functions import EXPRESS_LIMIT
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal
from wellmade.workflow.task import (
    Permission,
    Retrier,
    RetryPolicy,
    State,
    integration,
    no_retry,
    retry,
    using_key,
)

MARGIN = 10
"""Seconds that the call may take beyond the workflow's own timeout."""


@dataclass(frozen=True)
class RunExpress:
    """Run an Express workflow and wait for its end: many cheap transitions inside one.

    Args:
        workflow: What is run, with the execution's data as its input: an Express `Workflow`, any Express
            state machine, of this stack or another, or an imported one.
    """

    workflow: sfn.IStateMachine | sfn.StateMachine
    is_call = False
    waits = True

    @property
    def is_done(self) -> State:
        """It succeeded; a run that failed raises no error."""
        return {"Variable": "$.express.status", "StringEquals": "SUCCEEDED"}

    @property
    def permissions(self) -> Sequence[Permission]:
        """Running this workflow, and reading its definition where a key of the user's encrypts it."""
        key: kms.IKey | None = getattr(self.workflow, "encryption_key", None)
        runs = Permission(("states:StartSyncExecution",), (self.workflow.state_machine_arn,))
        return [runs, *using_key(key, ("kms:Decrypt",), "Step Functions, to read the definition")]

    @property
    def longest(self) -> float:
        """The workflow's timeout, or as long as an Express workflow may run."""
        timeout = getattr(self.workflow, "timeout", None)
        return seconds(timeout) if isinstance(timeout, Duration) else EXPRESS_LIMIT

    def state(self, name: str) -> State:  # noqa: ARG002 - of the protocol; one state has one name
        """Return the call, which succeeds also where the workflow failed; the state behind it looks."""
        return {
            "Type": "Task",
            "Resource": integration("aws-sdk:sfn:startSyncExecution"),
            "Parameters": {
                "StateMachineArn": self.workflow.state_machine_arn,
                "Input.$": "States.JsonToString($)",
            },
            "ResultSelector": {"status.$": "$.Status"},
            "ResultPath": "$.express",
            "TimeoutSeconds": self.longest + MARGIN,
        }

    def retriers(self, non_retryable_errors: Sequence[str], policy: RetryPolicy) -> list[Retrier]:
        """Try the call again; the workflow itself tries its steps again."""
        return [*no_retry(non_retryable_errors), retry(["States.ALL"], policy)]

    def refuse_wrong(self, path: str, step: str) -> None:
        """Raise unless the workflow is an Express one, as far as that is known."""
        kind = getattr(self.workflow, "state_machine_type", None)
        if kind is sfn.StateMachineType.STANDARD:
            fix = "define it with express=True: Step Functions runs no other while somebody waits"
            raise refusal(
                path, step, "an Express workflow", "a Standard one", fix, rule="workflow-permission"
            )
