"""Alarms of an approval: of the function that requests and of the one that passes answers on."""

from typing import TypedDict

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from wellmade.foundation.alarms import Alarms


class ApprovalAlarms(Alarms):
    """Alarms of an approval."""

    request_errors: cloudwatch.Alarm
    """Requests that failed, in a minute."""
    request_throttles: cloudwatch.Alarm
    """Requests that were throttled, in a minute."""
    request_duration: cloudwatch.Alarm
    """What 99 of 100 requests of a minute took at most, in milliseconds."""
    request_concurrency: cloudwatch.Alarm
    """Requests at once, at most."""
    callback_errors: cloudwatch.Alarm
    """Answers that failed, in a minute."""
    callback_throttles: cloudwatch.Alarm
    """Answers that were throttled, in a minute."""
    callback_duration: cloudwatch.Alarm
    """What 99 of 100 answers of a minute took at most, in milliseconds."""
    callback_concurrency: cloudwatch.Alarm
    """Answers at once, at most."""


class ApprovalThresholds(TypedDict, total=False):
    """Thresholds of an approval's alarms; None leaves one out."""

    request_errors: float | None
    request_throttles: float | None
    request_duration: float | Duration | None
    request_concurrency: float | None
    callback_errors: float | None
    callback_throttles: float | None
    callback_duration: float | Duration | None
    callback_concurrency: float | None
