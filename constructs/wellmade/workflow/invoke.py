"""A step that invokes a function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_

from wellmade.facts.lambda_ import LONGEST_TIMEOUT
from wellmade.foundation.python_function import PythonFunction
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal
from wellmade.kit.workload import timeout_of
from wellmade.workflow.task import (
    DISCARD,
    Permission,
    Retrier,
    RetryPolicy,
    State,
    integration,
    lambda_retries,
)

MARGIN = 10
"""Seconds that a call may take beyond the function's own timeout."""


@dataclass(frozen=True)
class Invoke:
    """Invoke a function and wait for its answer, which is not kept.

    A function that cannot do what is asked, such as reserve what is sold out, better rejects than fails: an
    error is counted, tried again, and calls a person.

    Args:
        function: Any Lambda function; of a `PythonFunction` that is kept warm its alias.
        payload: What it gets; keys that end in `.$` are paths into the execution's data. Default: all of it.
        may_reject: Whether it may answer `{"rejected": …}`, upon which the step has failed for good.
            Default: it never does.
        timeout: The function's timeout, needed where it is imported. Default: what the function has.
    """

    function: lambda_.IFunction | lambda_.FunctionBase
    payload: Mapping[str, Any] = field(default_factory=lambda: {"input.$": "$"})
    may_reject: bool = False
    timeout: Duration | None = None
    is_call = True
    waits = False

    @property
    def is_done(self) -> State | None:
        """It did not reject."""
        return {"Variable": "$.answer.payload.rejected", "IsPresent": False} if self.may_reject else None

    @property
    def permissions(self) -> Sequence[Permission]:
        """Invoking this function."""
        return [Permission(("lambda:InvokeFunction",), (self._arn,))]

    @property
    def longest(self) -> float:
        """The function's timeout."""
        if self.timeout:
            return seconds(self.timeout)
        return timeout_of(self.function) or LONGEST_TIMEOUT

    @property
    def _arn(self) -> str:
        function = self.function
        invoked = function.invocable if isinstance(function, PythonFunction) else function
        return cast(lambda_.IFunction, invoked).function_arn

    def state(self, name: str) -> State:  # noqa: ARG002 - of the protocol; one state has one name
        """Return the call."""
        return {
            "Type": "Task",
            "Resource": integration("lambda:invoke"),
            "Parameters": {"FunctionName": self._arn, "Payload": dict(self.payload)},
            "TimeoutSeconds": self.longest + MARGIN,
            **(
                {"ResultSelector": {"payload.$": "$.Payload"}, "ResultPath": "$.answer"}
                if self.may_reject
                else {"ResultPath": DISCARD}
            ),
        }

    def retriers(self, non_retryable_errors: Sequence[str], policy: RetryPolicy) -> list[Retrier]:
        """Try everything again but those errors, and for longest what was throttled."""
        return lambda_retries(non_retryable_errors, policy)

    def refuse_wrong(self, path: str, step: str) -> None:
        """Raise unless the function's timeout can be read, or is given."""
        if self.timeout is None and timeout_of(self.function) is None:
            fix = "pass Invoke(…, timeout=…)"
            raise refusal(path, step, "given the timeout of its imported function", None, fix)
