"""Alarms on what a new version does while it gets its first traffic."""

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, Thresholds, define_alarms
from wellmade.foundation.function_alarms import (
    NAMESPACE,
    SHARE_OF_TIMEOUT,
    FunctionAlarms,
    FunctionThresholds,
)
from wellmade.kit.annotations import ShortDuration

ERRORS = (
    "The new version fails where the old one may not, and CodeDeploy takes the traffic back. Read the log of "
    "the new version for the first error; the alias needs no change by hand."
)
DURATION = (
    "One invocation in a hundred of the new version takes longer than a release may, and CodeDeploy takes "
    "the traffic back. Compare traces of both versions; cold starts of the new one count as well."
)
HOOK = (
    "The check of a new version did not report, so that the deployment waits for an hour and is then taken "
    "back. Read the log of the hook; end the deployment with aws deploy stop-deployment."
)


class ReleaseAlarms(FunctionAlarms):
    """Alarms of a function that is released step by step."""

    release_errors: cloudwatch.Alarm
    """Invocations of the new version that failed, in a minute of its release; takes the traffic back."""
    release_duration: cloudwatch.Alarm
    """What 99 of 100 invocations of the new version took at most; takes the traffic back."""
    hook_errors: cloudwatch.Alarm
    """Checks before a release that did not report."""


class ReleaseThresholds(FunctionThresholds, total=False):
    """Thresholds of these alarms; None leaves one out, but not both that take traffic back."""

    release_errors: float | None
    release_duration: float | ShortDuration | None
    hook_errors: float | None


def release_dimensions(name: str, alias: str, version: str) -> dict[str, str]:
    """Return what Lambda publishes the metrics of one of an alias's two versions under."""
    return {"FunctionName": name, "Resource": f"{name}:{alias}", "ExecutedVersion": version}


def define_release_alarms(
    scope: Construct,
    *,
    of_version: dict[str, str],
    hook: str,
    timeout: float | None,
    thresholds: Thresholds | None,
    more: FunctionAlarms,
) -> ReleaseAlarms:
    """Define the alarms of a release.

    They look at the new version alone: what the old one does neither ends a release nor forbids one that
    mends it.

    Args:
        scope: The pattern.
        of_version: Dimensions of the new version behind the alias.
        hook: Name of the function that checks it.
        timeout: Of the function in seconds; None where it cannot be read.
        thresholds: What the user says, by name.
        more: The alarms of the function.
    """
    longest = None if timeout is None else round(timeout * 1000 * SHARE_OF_TIMEOUT)
    specs = {
        "release_errors": AlarmSpec("ReleaseErrors", "Errors", NAMESPACE, of_version, 0, ERRORS, "Sum"),
        "release_duration": AlarmSpec(
            "ReleaseDuration",
            "Duration",
            NAMESPACE,
            of_version,
            longest,
            DURATION,
            "p99",
            in_milliseconds=True,
        ),
        "hook_errors": AlarmSpec("HookErrors", "Errors", NAMESPACE, {"FunctionName": hook}, 0, HOOK, "Sum"),
    }
    known = {name: alarm for name, alarm in more.by_name().items() if name not in specs}
    return define_alarms(ReleaseAlarms, scope, specs, thresholds, more=Alarms(scope.node.path, known))
