"""A step that waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration

from wellmade.facts.step_functions import LONGEST_EXECUTION
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal, require_between
from wellmade.workflow.task import Permission, Retrier, RetryPolicy, State


@dataclass(frozen=True)
class Wait:
    """Wait for a time, or until a moment that the execution's data tells.

    Args:
        time: How long, at least a second; with `until` the longest that it may take.
        until: Path to the moment, such as `$.ship_at`, in ISO 8601. Default: the time alone decides.
    """

    time: Duration
    until: str | None = None
    is_call = False
    waits = False
    is_done = None

    @property
    def permissions(self) -> Sequence[Permission]:
        """Nothing."""
        return []

    @property
    def longest(self) -> float:
        """The time."""
        return seconds(self.time)

    def state(self, name: str) -> State:  # noqa: ARG002 - of the protocol; one state has one name
        """Return the wait."""
        when = {"TimestampPath": self.until} if self.until else {"Seconds": int(self.longest)}
        return {"Type": "Wait", **when}

    def retriers(self, non_retryable_errors: Sequence[str], policy: RetryPolicy) -> list[Retrier]:  # noqa: ARG002 - as above
        """Nothing: a wait does not fail."""
        return []

    def refuse_wrong(self, path: str, step: str) -> None:
        """Raise where the time is out of bounds, or the moment is no path."""
        fix = "a workflow runs for a year at most"
        require_between(
            path, f"{step} time in seconds", self.longest, 1, LONGEST_EXECUTION, fix, rule="cfn-lint:E3601"
        )
        if self.until is not None and not self.until.startswith("$."):
            allowed = "a path into the execution's data, such as '$.ship_at'"
            raise refusal(
                path,
                f"{step} until",
                allowed,
                repr(self.until),
                f"write '$.{self.until}'",
                rule="workflow-shape",
            )
