"""A state of one's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration

from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal
from wellmade.workflow.task import DISCARD, Permission, Retrier, RetryPolicy, State, no_retry, retry

TYPES = ("Map", "Parallel", "Pass", "Task", "Wait")
LED = ("Catch", "End", "Next")
"""What the workflow sets."""
WAITING = (".sync", ".sync:2", ".waitForTaskToken")


@dataclass(frozen=True)
class CustomState:
    """Any state, as the Amazon States Language writes it.

    Args:
        state_json: The state without `Next`, `End` and `Catch`, which the workflow sets; `Retry` is yours or
            the workflow's, and its result is not kept unless it says where.
        permissions: What the workflow's role needs for it. Default: nothing.
        timeout: Longest time that it takes, where it has no `TimeoutSeconds`; a task gets it. Default: that
            one.
    """

    state_json: Mapping[str, Any]
    permissions: Sequence[Permission] = ()
    timeout: Duration | None = None
    is_call = False
    is_done = None

    @property
    def waits(self) -> bool:
        """Whether its integration waits for an end or a token."""
        return str(self.state_json.get("Resource", "")).endswith(WAITING)

    @property
    def longest(self) -> float:
        """Its timeout; no time of a state that does nothing."""
        if self.timeout:
            return seconds(self.timeout)
        found = self.state_json.get("TimeoutSeconds", self.state_json.get("Seconds", 0))
        return float(found) if isinstance(found, int | float) else 0.0

    def state(self, name: str) -> State:  # noqa: ARG002 - of the protocol; one state has one name
        """Return the state, which ends in time."""
        is_task = self.state_json["Type"] == "Task"
        ends = {"TimeoutSeconds": self.longest} if is_task and self.longest else {}
        kept = {} if self.state_json["Type"] == "Wait" else {"ResultPath": DISCARD}
        return {**kept, **ends, **self.state_json}

    def retriers(self, non_retryable_errors: Sequence[str], policy: RetryPolicy) -> list[Retrier]:
        """Try everything again but those errors."""
        return [*no_retry(non_retryable_errors), retry(["States.ALL"], policy)]

    def refuse_wrong(self, path: str, step: str) -> None:
        """Raise where the state leads on by itself, has another type, or may take forever."""
        kind = self.state_json.get("Type")
        if kind not in TYPES:
            fix = "use Choice for a choice; the workflow ends by itself"
            raise refusal(
                path, f"{step} Type", f"one of {', '.join(TYPES)}", repr(kind), fix, rule="cfn-lint:E3601"
            )
        led = next((key for key in LED if key in self.state_json), None)
        if led:
            fix = "the workflow leads on, and to compensations"
            raise refusal(path, f"{step} {led}", "left out", repr(self.state_json[led]), fix)
        paths = ("TimeoutSecondsPath", "HeartbeatSecondsPath", "HeartbeatSeconds")
        if kind == "Task" and not self.longest and not any(each in self.state_json for each in paths):
            fix = "set TimeoutSeconds, or pass CustomState(…, timeout=…)"
            raise refusal(path, f"{step} timeout", "given for a task", None, fix)
