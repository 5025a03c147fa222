"""Alarms of a function, ours or anybody's."""

from typing import TypedDict

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, Thresholds, define_alarms
from wellmade.kit.workload import AnyFunction

ERRORS = "Invocations failed as a whole. Read the function's log for the first error, then see what it calls."
THROTTLES = (
    "Invocations were refused: the reservation, or the account's pool, is used up. Raise the one that is."
)


class FunctionAlarms(Alarms):
    """Alarms of a function."""

    errors: cloudwatch.Alarm
    """Invocations that failed as a whole, in a minute."""
    throttles: cloudwatch.Alarm
    """Invocations that were refused, in a minute."""


class FunctionThresholds(TypedDict, total=False):
    """Thresholds of a function's alarms; None leaves one out."""

    errors: float | None
    throttles: float | None


def define_function_alarms(
    scope: Construct, function: AnyFunction, thresholds: Thresholds | None = None
) -> FunctionAlarms:
    """Define the alarms of a function.

    Args:
        scope: Where they are defined.
        function: What they look at.
        thresholds: By name. Default: 0, the first one.
    """
    dimensions = {"FunctionName": function.function_name}
    specs = {
        "errors": AlarmSpec("Errors", "Errors", "AWS/Lambda", dimensions, 0, ERRORS, "Sum"),
        "throttles": AlarmSpec("Throttles", "Throttles", "AWS/Lambda", dimensions, 0, THROTTLES, "Sum"),
    }
    return define_alarms(FunctionAlarms, scope, specs, thresholds)
