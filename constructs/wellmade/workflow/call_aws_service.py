"""A step that calls the API of an AWS service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_cdk import Duration

from wellmade.facts.sdk_calls import iam_actions_of
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal
from wellmade.workflow.task import (
    DISCARD,
    Permission,
    Retrier,
    RetryPolicy,
    State,
    integration,
    no_retry,
    retry,
)

MINUTE = Duration.minutes(1)


@dataclass(frozen=True)
class CallAwsService:
    """Call the API of an AWS service and wait for its answer.

    Args:
        service: As Step Functions calls it, such as `s3`.
        action: The API action, such as `putObject`.
        parameters: Of the call; keys that end in `.$` are paths into the execution's data. Default: none.
        iam_resources: ARNs of what it acts on.
        iam_actions: What IAM calls the action. Default: service and action, such as `s3:PutObject`, or what
            is known to be checked instead, such as `s3:ListBucket` for `listObjectsV2`.
        result_path: Where in the execution's data the answer is kept, such as `$.object`. Default: nowhere.
        timeout: Longest time that the call takes. Default: 1 minute.
        reason: Why no narrower resource will do, where `iam_resources` names none. Default: it is not needed.
    """

    service: str
    action: str
    iam_resources: Sequence[str]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    iam_actions: Sequence[str] = ()
    result_path: str | None = None
    timeout: Duration = MINUTE
    reason: str | None = None
    is_call = False
    waits = False
    is_done = None

    @property
    def permissions(self) -> Sequence[Permission]:
        """The action on its resources."""
        actions = tuple(self.iam_actions) or iam_actions_of(self.service, self.action)
        return [Permission(actions, tuple(self.iam_resources), reason=self.reason)]

    @property
    def longest(self) -> float:
        """The timeout."""
        return seconds(self.timeout)

    def state(self, name: str) -> State:  # noqa: ARG002 - of the protocol; one state has one name
        """Return the call."""
        return {
            "Type": "Task",
            "Resource": integration(f"aws-sdk:{self.service}:{self.action}"),
            "Parameters": dict(self.parameters),
            "TimeoutSeconds": self.longest,
            "ResultPath": self.result_path or DISCARD,
        }

    def retriers(self, non_retryable_errors: Sequence[str], policy: RetryPolicy) -> list[Retrier]:
        """Try everything again but those errors."""
        return [*no_retry(non_retryable_errors), retry(["States.ALL"], policy)]

    def refuse_wrong(self, path: str, step: str) -> None:
        """Raise unless service and action are as Step Functions writes them, with a resource."""
        if self.service != self.service.lower() or self.action[:1] != self.action[:1].lower():
            fix = "write it as in 'arn:aws:states:::aws-sdk:s3:putObject'"
            got = f"{self.service}:{self.action}"
            raise refusal(
                path,
                step,
                "a service in lower case and an action in camel case",
                got,
                fix,
                rule="cfn-lint:E3601",
            )
        if not self.iam_resources:
            fix = "name the ARNs that the call acts on"
            raise refusal(
                path, f"{step} iam_resources", "at least one ARN", "none", fix, rule="workflow-permission"
            )
        if not self.iam_actions and not iam_actions_of(self.service, self.action):
            fix = "name what the call does, such as 'dynamodb:PutItem'"
            allowed = f"given for {self.action}, whose parameters decide what IAM checks"
            raise refusal(path, f"{step} iam_actions", allowed, "none", fix, rule="workflow-permission")
