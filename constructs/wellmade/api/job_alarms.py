"""Alarms of an API for long jobs: of its front, of the work, and of telling callers that a job has failed."""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.api.access_log import count_throttled
from wellmade.api.api_alarms import NAMESPACE, OWN_NAMESPACE, THROTTLED, THROTTLED_REQUESTS
from wellmade.api.job_gateway import JobGateway
from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms
from wellmade.foundation.function_alarms import FunctionAlarms, FunctionThresholds

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


class AsyncApiAlarms(FunctionAlarms):
    """Alarms of an API for long jobs; `errors` and `throttles` are the worker's."""

    server_errors: cloudwatch.Alarm
    """Requests that were answered with a 5xx status, in a minute."""
    throttled_requests: cloudwatch.Alarm
    """Requests that were refused with 429, in a minute."""
    dead_letters: cloudwatch.Alarm
    """Jobs that have failed, and whose callers were told."""
    oldest_message: cloudwatch.Alarm
    """Age of the oldest job that waits, in seconds."""
    untold_failures: cloudwatch.Alarm
    """Age of the oldest failure of which the caller was not told, in seconds."""


class AsyncApiThresholds(FunctionThresholds, total=False):
    """Thresholds of these alarms; None leaves one out."""

    server_errors: float | None
    throttled_requests: float | None
    dead_letters: float | None
    oldest_message: float | Duration | None
    untold_failures: float | Duration | None


def define_job_alarms(
    scope: Construct,
    gateway: JobGateway,
    queues: tuple[sqs.IQueue, sqs.IQueue, sqs.IQueue],
    longest: tuple[float, float],
    thresholds: AsyncApiThresholds | None,
    worker: Alarms,
) -> AsyncApiAlarms:
    """Define the alarms of an API for long jobs.

    Args:
        scope: The pattern.
        gateway: Its front.
        queues: Of jobs, of failures that callers must be told of, and of those that were told.
        longest: Seconds that all receives of a job, and of a failure, may take.
        thresholds: What the user says, by name.
        worker: Alarms of the function that works.

    Raises:
        RefusedError: If a threshold is for an alarm that there is not.
    """
    given: dict[str, Any] = dict(thresholds or {})
    if given.get("throttled_requests", 0) is not None:
        count_throttled(scope, gateway.log_group, OWN_NAMESPACE, THROTTLED)
    jobs, failures, told = queues
    age = "ApproximateAgeOfOldestMessage"
    specs = {
        "server_errors": AlarmSpec(
            "ServerErrors", "5XXError", NAMESPACE, gateway.dimensions, 0, SERVER_ERRORS, "Sum"
        ),
        "throttled_requests": AlarmSpec(
            "ThrottledRequests",
            THROTTLED,
            OWN_NAMESPACE,
            {"ApiId": gateway.api_id},
            0,
            THROTTLED_REQUESTS,
            "Sum",
        ),
        "dead_letters": _of_queue("DeadLetters", "ApproximateNumberOfMessagesVisible", told, 0, DEAD_LETTERS),
        "oldest_message": _of_queue("OldestMessage", age, jobs, max(300, longest[0]), OLDEST),
        "untold_failures": _of_queue("UntoldFailures", age, failures, max(300, longest[1]), UNTOLD),
    }
    return define_alarms(AsyncApiAlarms, scope, specs, given, more=worker)


def _of_queue(name: str, metric: str, queue: sqs.IQueue, threshold: float, meaning: str) -> AlarmSpec:
    return AlarmSpec(name, metric, "AWS/SQS", {"QueueName": queue.queue_name}, threshold, meaning)
