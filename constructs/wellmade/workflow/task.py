"""Task protocol: the state, what the workflow's role must hold, how long it takes, what is retried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from aws_cdk import Aws
from aws_cdk import aws_kms as kms
from aws_cdk import aws_stepfunctions as sfn

State = dict[str, Any]
DISCARD = sfn.JsonPath.DISCARD
"""Where a result goes that nobody needs: the execution's data stays as it is."""
TOKEN = "$$.Task.Token"  # noqa: S105 - where Step Functions keeps the token of a task
Retrier = Mapping[str, Any]


@dataclass(frozen=True)
class RetryPolicy:
    """How often something is tried again.

    Args:
        max_attempts: Retries.
        interval: Seconds before the first one, which double from one to the next.
        max_delay: Most seconds between two.
    """

    max_attempts: int
    interval: int
    max_delay: int


FORWARD_RETRY = RetryPolicy(max_attempts=5, interval=1, max_delay=20)
"""For a step on the way: soon enough for somebody who waits."""
COMPENSATION_RETRY = RetryPolicy(max_attempts=10, interval=2, max_delay=300)
"""For a compensation, which has nothing behind it but a person."""
SPOT_RETRY = RetryPolicy(max_attempts=24, interval=5, max_delay=900)
"""For a task on Spot: it is taken back at any time, and there may be no capacity for an hour or two.

With full jitter the waits are half as long on average, two hours together.
"""
THROTTLE_RETRY = RetryPolicy(max_attempts=12, interval=1, max_delay=20)
"""For a call that was throttled: nothing was done yet, so that waiting costs nothing but time."""
LAMBDA_THROTTLE = "Lambda.TooManyRequestsException"
TIMEOUT_ERRORS = ("States.Timeout", "States.HeartbeatTimeout")


@dataclass(frozen=True)
class Permission:
    """What a workflow's role must hold for one task.

    Args:
        actions: Whole names.
        resources: ARNs.
        reason: Why no narrower resource will do. Default: it is not needed.
        used_by: Who makes the calls where it is not the state itself. Default: the state.
        keyed: The resource is encrypted with a key of your own. Default: False.
        conditions: When they are allowed, as IAM writes it. Default: always.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    reason: str | None = None
    used_by: str | None = None
    keyed: bool = False
    conditions: Mapping[str, Any] | None = None


class Task(Protocol):
    """What a step does."""

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
    def waits(self) -> bool:
        """Whether the state stays until something else has ended, which an Express workflow cannot do."""

    @property
    def is_done(self) -> State | None:
        """Rule of a choice behind the task that tells whether it was done; None where only errors tell."""

    def state(self, name: str) -> State:
        """Return the state, without what comes before and after it."""

    def retriers(self, non_retryable_errors: Sequence[str], policy: RetryPolicy) -> list[Retrier]:
        """Return what is tried again, and how often."""

    def refuse_wrong(self, path: str, step: str) -> None:
        """Raise where the task cannot work.

        Args:
            path: Of the workflow.
            step: The option to name.

        Raises:
            RefusedError: With what would do.
        """


@cache
def integration(name: str) -> str:
    """Return the ARN of a service integration, such as `lambda:invoke`, in the partition of the stack."""
    return f"arn:{Aws.PARTITION}:states:::{name}"


def retry(errors: Sequence[str], policy: RetryPolicy) -> Retrier:
    """Return a retrier with full jitter, so that what failed together does not come back together."""
    return {
        "ErrorEquals": list(errors),
        "IntervalSeconds": policy.interval,
        "MaxAttempts": policy.max_attempts,
        "BackoffRate": 2,
        "MaxDelaySeconds": policy.max_delay,
        "JitterStrategy": "FULL",
    }


def no_retry(errors: Sequence[str]) -> list[Retrier]:
    """Return a retrier that keeps these errors from being tried again."""
    return [{"ErrorEquals": list(errors), "MaxAttempts": 0}] if errors else []


def lambda_retries(non_retryable_errors: Sequence[str], policy: RetryPolicy) -> list[Retrier]:
    """Return what is tried again of a call: all but those errors, for longest what was throttled."""
    throttled = retry([LAMBDA_THROTTLE], THROTTLE_RETRY)
    return [*no_retry(non_retryable_errors), throttled, retry(["States.ALL"], policy)]


def using_key(key: kms.IKey | None, actions: tuple[str, ...], used_by: str) -> list[Permission]:
    """Return what a task needs of the key of what it calls; nothing where there is none."""
    return [Permission(actions, (key.key_arn,), used_by=used_by)] if key else []
