"""Alarms of an API for long jobs: of its front, of the work, and of telling callers that a job has failed."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.api.access_log import count_throttled
from wellmade.api.api_alarms import NAMESPACE, OWN_NAMESPACE, THROTTLED, THROTTLED_REQUESTS
from wellmade.api.job_failures import JobFailures
from wellmade.api.job_gateway import JobGateway
from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.foundation.function_alarms import FunctionAlarms, FunctionThresholds
from wellmade.foundation.queue_rules import longest_work

AGE = "ApproximateAgeOfOldestMessage"
SERVER_ERRORS = (
    "Requests for jobs were answered with a 5xx status, and the jobs were not taken. Read the access log: "
    "its integrationErrorMessage says what the queue or the table has refused, and why."
)
DEAD_LETTERS = (
    "A job has failed on each receive, and its caller was told. Read the worker's log for the first error, "
    "fix it, then do the jobs after all: wellmade redrive <this queue> --to <queue of the jobs> --execute."
)
OLDEST = (
    "Jobs wait longer than all their retries take: the worker falls behind. See its errors and throttles, "
    "then raise its concurrency."
)
UNTOLD = (
    "Callers of failed jobs wait to be told so. Read the log of the function that tells them for the first "
    "error; it tries again by itself."
)


class JobApiAlarms(FunctionAlarms):
    """Alarms of every API for long jobs; `errors` and `throttles` are the worker's."""

    server_errors: cloudwatch.Alarm
    """Requests that were answered with a 5xx status, in a minute."""
    throttled_requests: cloudwatch.Alarm
    """Requests that were refused with 429, in a minute."""
    dead_letters: cloudwatch.Alarm
    """Jobs that have failed, and whose callers were told."""
    untold_failures: cloudwatch.Alarm
    """Age of the oldest failure of which the caller was not told, in seconds."""


class AsyncApiAlarms(JobApiAlarms):
    """Alarms of an API for long jobs; `errors` and `throttles` are the worker's."""

    oldest_message: cloudwatch.Alarm
    """Age of the oldest job that waits, in seconds."""


class AsyncApiThresholds(FunctionThresholds, total=False):
    """Thresholds of these alarms; None leaves one out."""

    server_errors: float | None
    throttled_requests: float | None
    dead_letters: float | None
    oldest_message: float | Duration | None
    untold_failures: float | Duration | None


_Named = TypeVar("_Named", bound=JobApiAlarms)


def define_job_alarms(
    kind: type[_Named],
    scope: Construct,
    gateway: JobGateway,
    failures: JobFailures,
    thresholds: Mapping[str, Any] | None,
    more: Alarms,
    *,
    jobs: tuple[sqs.IQueue, float] | None = None,
) -> _Named:
    """Define the alarms of an API for long jobs.

    Args:
        kind: The class that tells their names.
        scope: The pattern.
        gateway: Its front.
        failures: What tells callers that a job has failed.
        thresholds: What the user says, by name.
        more: Alarms of the function that works, and of what else the pattern has.
        jobs: The queue of jobs where there is one alone, and the seconds that all receives of a job may take.

    Raises:
        RefusedError: If a threshold is for an alarm that there is not.
    """
    given = dict(thresholds or {})
    if given.get("throttled_requests", 0) is not None:
        count_throttled(scope, gateway.log_group, OWN_NAMESPACE, THROTTLED)
    specs = _of_front(gateway) | _of_failures(failures)
    if jobs:
        specs["oldest_message"] = _of_queue("OldestMessage", AGE, jobs[0], max(300, jobs[1]), OLDEST)
    return define_alarms(kind, scope, specs, given, more=more)


def _of_front(gateway: JobGateway) -> dict[str, AlarmSpec]:
    throttled = {"ApiId": gateway.api_id}
    return {
        "server_errors": AlarmSpec(
            "ServerErrors", "5XXError", NAMESPACE, gateway.dimensions, 0, SERVER_ERRORS, "Sum"
        ),
        "throttled_requests": AlarmSpec(
            "ThrottledRequests", THROTTLED, OWN_NAMESPACE, throttled, 0, THROTTLED_REQUESTS, "Sum"
        ),
    }


def _of_failures(failures: JobFailures) -> dict[str, AlarmSpec]:
    untold = cast(sqs.IQueue, failures.queue)
    told, count = cast(sqs.IQueue, failures.dead_letter_queue), "ApproximateNumberOfMessagesVisible"
    longest = max(300, longest_work(untold) or 0)
    return {
        "dead_letters": _of_queue("DeadLetters", count, told, 0, DEAD_LETTERS),
        "untold_failures": _of_queue("UntoldFailures", AGE, untold, longest, UNTOLD),
    }


def _of_queue(name: str, metric: str, queue: sqs.IQueue, threshold: float, meaning: str) -> AlarmSpec:
    return AlarmSpec(name, metric, "AWS/SQS", {"QueueName": queue.queue_name}, threshold, meaning)
