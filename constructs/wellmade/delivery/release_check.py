"""What a new version is asked before it gets traffic."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct, IConstruct

from wellmade.foundation.python_function import PythonFunction
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal, require_between
from wellmade.kit.suppressions import suppress, suppress_wildcards
from wellmade_runtime.variables import RELEASE_ANSWER_SECONDS, RELEASE_CHECK, RELEASED_VERSION

LONGEST = 240
"""Seconds for an answer: three attempts then fit into 15 minutes."""
MOST_CHARACTERS = 3_000
"""Of a check: the variables of a function may hold 4 KB in all."""
ATTEMPTS = 3
NO_RESOURCE = "IAM knows no resource for it; whoever calls must know the id of the hook's execution."
NEXT_VERSION = "The next version is not known yet; the function is."


SUPPRESSED = {"function-calls-function": "One call a release, whose answer decides whether it goes on."}


@dataclass(frozen=True)
class ReleaseCheck:
    """An event that a new version is invoked with before it gets traffic, and what its answer must hold.

    Args:
        event: What the function is invoked with, as its callers would; it is really done.
        answer: What the answer must hold, which may hold more: `{"statusCode": 200}`. Default: anything, as
            long as the code does not raise.
        timeout: How long the answer may take, a cold start included, 1 to 240 seconds. Default: 30 seconds.
    """

    event: Mapping[str, Any]
    answer: Mapping[str, Any] = field(default_factory=dict)
    timeout: Duration = field(default_factory=lambda: Duration.seconds(30))


def refuse_wrong_check(path: str, check: ReleaseCheck) -> str:
    """Return a check as the hook reads it.

    Raises:
        RefusedError: If it is no JSON, too long for a variable, or has no time.
    """
    fix = "a check is one short call"
    require_between(path, "check.timeout in seconds", seconds(check.timeout), 1, LONGEST, fix)
    try:
        told = json.dumps({"event": dict(check.event), "answer": dict(check.answer)}, allow_nan=False)
    except (TypeError, ValueError) as error:
        fix = "take text, numbers, lists and mappings"
        raise refusal(path, "check", "what JSON can tell", str(error), fix) from error
    if len(told) > MOST_CHARACTERS:
        fix = "ask for less; the whole is tested before the release"
        allowed = f"at most {MOST_CHARACTERS} characters of JSON"
        raise refusal(path, "check", allowed, len(told), fix)
    return told


def define_hook(
    scope: Construct,
    check: ReleaseCheck,
    told: str,
    version: lambda_.IVersion | lambda_.Version,
    key: kms.IKey | kms.Key | None,
) -> PythonFunction:
    """Define the function that asks the new version and tells CodeDeploy whether it may get traffic.

    Args:
        scope: The pattern.
        check: What is asked.
        told: The same, as the function reads it.
        version: Which is asked.
        key: The user's.
    """
    longest = seconds(check.timeout)
    hook = PythonFunction(
        scope,
        "Hook",
        code="release_check",
        timeout=Duration.seconds(int(longest * ATTEMPTS) + 30),
        # One deployment of an alias at a time; the account's pool is left to what earns it.
        reserved_concurrency=1,
        environment={
            RELEASE_CHECK: told,
            RELEASE_ANSWER_SECONDS: f"{longest:.12g}",
            RELEASED_VERSION: version.function_arn,
        },
        encryption_key=cast(Any, key),
        # The release has one on them, which tells what a failed hook means.
        alarm_thresholds={"errors": None},
    )
    versions = f"{version.lambda_.function_arn}:*"
    hook.allow(["lambda:InvokeFunction"], [versions], reason=NEXT_VERSION)
    suppress_wildcards(cast(IConstruct, hook.role), [versions], NEXT_VERSION)
    hook.allow(["codedeploy:PutLifecycleEventHookExecutionStatus"], ["*"], reason=NO_RESOURCE)
    suppress(hook, SUPPRESSED)
    return hook
