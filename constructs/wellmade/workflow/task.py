"""What every task of a workflow tells: its state, what its role must hold, how many transitions it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aws_cdk import aws_stepfunctions as sfn

State = dict[str, Any]
DISCARD = sfn.JsonPath.DISCARD
"""Where a result goes that nobody needs: the execution's data stays as it is."""
Retrier = Mapping[str, Any]

QUICK: Retrier = {"IntervalSeconds": 1, "MaxAttempts": 5, "BackoffRate": 2, "MaxDelaySeconds": 20}
"""For a step on the way: soon enough for somebody who waits."""
STUBBORN: Retrier = {"IntervalSeconds": 2, "MaxAttempts": 10, "BackoffRate": 2, "MaxDelaySeconds": 300}
"""For a compensation, which has nothing behind it but a person."""

PATIENT: Retrier = {"IntervalSeconds": 1, "MaxAttempts": 12, "BackoffRate": 2, "MaxDelaySeconds": 20}
"""For a call that was throttled: nothing was done yet, so that waiting costs nothing but time."""
THROTTLED = "Lambda.TooManyRequestsException"
SILENCE = ("States.Timeout", "States.HeartbeatTimeout")


@dataclass(frozen=True)
class Permission:
    """What a workflow's role must hold for one task."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]


class Task(Protocol):
    """One call of a workflow."""

    @property
    def permissions(self) -> Sequence[Permission]:
        """What the role must hold."""

    @property
    def longest(self) -> float:
        """Most seconds that it takes."""

    @property
    def is_call(self) -> bool:
        """Whether it is a plain call of a function, which a queue could do as well."""

    @property
    def is_done(self) -> State | None:
        """Rule of a choice behind the task that tells whether it was done; None where only errors tell."""

    def state(self) -> State:
        """Return the state, without what comes before and after it."""

    def retriers(self, final: Sequence[str], pace: Retrier) -> list[Retrier]:
        """Return what is tried again, and how often."""


def again(errors: Sequence[str], pace: Retrier) -> Retrier:
    """Return a retrier with full jitter, so that what failed together does not come back together."""
    return {"ErrorEquals": list(errors), **pace, "JitterStrategy": "FULL"}


def never(errors: Sequence[str]) -> list[Retrier]:
    """Return a retrier that keeps these errors from being tried again."""
    return [{"ErrorEquals": list(errors), "MaxAttempts": 0}] if errors else []


def again_as_a_call(final: Sequence[str], pace: Retrier) -> list[Retrier]:
    """Return what is tried again of a call: all but what is final, for longest what was throttled."""
    return [*never(final), again([THROTTLED], PATIENT), again(["States.ALL"], pace)]
