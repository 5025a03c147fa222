"""Alarms of a function, ours or anybody's."""

from typing import TypedDict

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, Thresholds, define_alarms
from wellmade.kit.workload import AnyFunction

NAMESPACE = "AWS/Lambda"
SHARE_OF_TIMEOUT = 0.8
"""Of its timeout an invocation may take before somebody is told: while none has failed of it."""
SHARE_OF_RESERVATION = 0.9
"""Of its reservation a function may use before somebody is told.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
"""
MINUTES_AT_RESERVATION = 5

ERRORS = "Invocations failed as a whole. Read the function's log for the first error, then see what it calls."
THROTTLES = (
    "Invocations were refused: the reservation, or the account's pool, is used up. Raise the one that is."
)
DURATION = (
    "One invocation in a hundred takes nearly as long as the timeout allows; soon some are cut off. See in "
    "the log or the trace what it waits for, then raise the memory, or the timeout and what follows from it."
)
CONCURRENCY = (
    "Nearly all of the reservation has been in use for five minutes; soon invocations are refused. See "
    "whether invocations take longer or more of them come, then raise the reservation."
)
DEAD_LETTER_ERRORS = (
    "Failed events did not reach the function's dead-letter queue, and are lost. See whether its role may "
    "send there and use the key, and whether an event is larger than the queue takes."
)
DESTINATION_FAILURES = (
    "What the function failed on did not reach its on-failure destination, and is lost. See whether its role "
    "may send there and use the key, and whether the destination is still there."
)


class FunctionAlarms(Alarms):
    """Alarms of a function."""

    errors: cloudwatch.Alarm
    """Invocations that failed as a whole, in a minute."""
    throttles: cloudwatch.Alarm
    """Invocations that were refused, in a minute."""
    duration: cloudwatch.Alarm
    """What 99 of 100 invocations of a minute took at most, in milliseconds."""
    concurrency: cloudwatch.Alarm
    """Copies at work, at most; where the function reserves more than one and no queue or stream feeds it."""


class FunctionThresholds(TypedDict, total=False):
    """Thresholds of a function's alarms; None leaves one out."""

    errors: float | None
    throttles: float | None
    duration: float | Duration | None
    concurrency: float | None


FUNCTION_THRESHOLDS = ("errors", "throttles", "duration", "concurrency")


def define_function_alarms(
    scope: Construct,
    function: AnyFunction,
    thresholds: Thresholds | None = None,
    *,
    timeout: float | None,
    reserved: int | None,
) -> FunctionAlarms:
    """Define the alarms of a function.

    Args:
        scope: Where they are defined.
        function: What they look at.
        thresholds: By name. Default: 0, the first one; 80 % of the timeout; 90 % of the reservation for five
            minutes. One whose line cannot be computed is defined where a threshold is given.
        timeout: Of the function in seconds; None where it cannot be read.
        reserved: Its reservation; None where there is none, or it cannot be read.
    """
    specs = function_specs(function.function_name, timeout, reserved)
    return define_alarms(FunctionAlarms, scope, specs, thresholds)


def function_specs(name: str, timeout: float | None, reserved: int | None) -> dict[str, AlarmSpec]:
    """Return the alarms that every function has; see `define_function_alarms`."""
    of = {"FunctionName": name}
    longest = None if timeout is None else round(timeout * 1000 * SHARE_OF_TIMEOUT)
    # One copy that is reserved is in use whenever the function is.
    most = None if reserved is None or reserved <= 1 else round(reserved * SHARE_OF_RESERVATION, 1)
    return {
        "errors": AlarmSpec("Errors", "Errors", NAMESPACE, of, 0, ERRORS, "Sum"),
        "throttles": AlarmSpec("Throttles", "Throttles", NAMESPACE, of, 0, THROTTLES, "Sum"),
        "duration": AlarmSpec(
            "Duration", "Duration", NAMESPACE, of, longest, DURATION, "p99", in_milliseconds=True
        ),
        "concurrency": AlarmSpec(
            "Concurrency",
            "ConcurrentExecutions",
            NAMESPACE,
            of,
            most,
            CONCURRENCY,
            minutes=MINUTES_AT_RESERVATION,
        ),
    }


def dead_letter_errors(name: str) -> AlarmSpec:
    """Return the alarm of a function with a dead-letter queue or topic on events that did not reach it."""
    metric, of = "DeadLetterErrors", {"FunctionName": name}
    return AlarmSpec(metric, metric, NAMESPACE, of, 0, DEAD_LETTER_ERRORS, "Sum")


def destination_failures(name: str) -> AlarmSpec:
    """Return the alarm of a function with an on-failure destination on what did not reach it."""
    metric, of = "DestinationDeliveryFailures", {"FunctionName": name}
    return AlarmSpec("DestinationFailures", metric, NAMESPACE, of, 0, DESTINATION_FAILURES, "Sum")
