"""A step that asks people for an approval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wellmade.kit.lookups import seconds
from wellmade.workflow.human_approval import HumanApproval
from wellmade.workflow.task import (
    DISCARD,
    TIMEOUT_ERRORS,
    TOKEN,
    Permission,
    Retrier,
    RetryPolicy,
    State,
    integration,
    lambda_retries,
)

REFUSED = "RefusedByPerson"
"""The error of a request that was answered with no."""


@dataclass(frozen=True)
class RequestApproval:
    """Ask people for an approval, and wait, with the execution's data shown to who decides.

    Args:
        approval: Who is asked, and how long they have.
        question: What they read.
    """

    approval: HumanApproval
    question: str
    is_call = False
    waits = True
    is_done = None

    @property
    def permissions(self) -> Sequence[Permission]:
        """Invoking the function that requests."""
        return [Permission(("lambda:InvokeFunction",), (self.approval.request_function.function_arn,))]

    @property
    def longest(self) -> float:
        """The time that people have."""
        return seconds(self.approval.timeout)

    def state(self, name: str) -> State:  # noqa: ARG002 - of the protocol; one state has one name
        """Return the call with the token."""
        payload: Mapping[str, Any] = {
            "token.$": TOKEN,
            "execution.$": "$$.Execution.Id",
            "question": self.question,
            "about.$": "$",
        }
        heartbeat = self.approval.heartbeat
        function = self.approval.request_function.function_arn
        return {
            "Type": "Task",
            "Resource": integration("lambda:invoke.waitForTaskToken"),
            "Parameters": {"FunctionName": function, "Payload": payload},
            "TimeoutSeconds": self.longest,
            **({"HeartbeatSeconds": seconds(heartbeat)} if heartbeat else {}),
            "ResultPath": DISCARD,
        }

    def retriers(self, non_retryable_errors: Sequence[str], policy: RetryPolicy) -> list[Retrier]:
        """Ask again where asking failed; neither an answer nor a time-out is asked again."""
        return lambda_retries((*non_retryable_errors, REFUSED, *TIMEOUT_ERRORS), policy)

    def refuse_wrong(self, path: str, step: str) -> None:
        """Nothing: the approval has refused what is wrong with it."""
