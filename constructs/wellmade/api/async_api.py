"""REST API to SQS to Lambda: long jobs."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.api.authorization import tell_of_one_caller
from wellmade.api.authorizers import Authorizer, IamAuthorizer
from wellmade.api.cors import Cors
from wellmade.api.custom_domain import CustomDomain
from wellmade.api.job_alarms import AsyncApiAlarms, AsyncApiThresholds, define_job_alarms
from wellmade.api.job_api import STATUS_TTL, Front, JobApi, Keeping
from wellmade.api.job_callers import callers_of
from wellmade.api.job_gateway import JobGateway
from wellmade.api.throttle import Throttle
from wellmade.foundation.function_option import FunctionOption
from wellmade.foundation.graphs import Graph
from wellmade.foundation.queue_option import waiting
from wellmade.foundation.queue_rules import longest_work
from wellmade.foundation.queue_source import Batching, poll


class AsyncApi(JobApi):
    """Take long jobs over HTTP at once, do each of them once, and tell every caller how it ended.

    Defines: REST API with one stage, authorizer and access log in JSON, queue, dead-letter queues, function,
    event source mapping, table of jobs, function that tells callers of failures; alarms on 5xx answers, on
    requests that are throttled, on jobs that have failed, on the age of the oldest job and of the oldest
    failure that nobody was told of, on errors, throttles and duration of the worker; of these what it
    is not given.

    `PUT /jobs/{job_id}` puts a job into the queue without a function between and answers 202 with a
    `status_url`; `GET` of the same address answers `waiting`, `working`, `done` with the `result`, or
    `failed` with an `error`. The caller chooses the name, of 256 characters at most: sent again, the job is
    done once. Another caller's job of the same name is another job. The worker does jobs with
    `wellmade_runtime.jobs`; what fails on each receive is marked as failed and kept in a dead-letter queue.

    A REST API's access log needs the account's `ApiLogRole`.

    Example:
        jobs = AsyncApi(self, "Reports", function="report_worker", path="reports")

    Args:
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.Function` of this app, or
            the name of a handler that travels with this library; it gets `JOBS_TABLE_NAME`,
            `JOBS_TTL_SECONDS` and `JOBS_LEASE_SECONDS`.
        path: Where jobs are asked for. Default: `jobs`.
        request_schema: JSON Schema (draft 4) that a job must match before it is taken. Default: any object.
        authorizer: Who may ask for jobs, and reads how its own stand. Default: whoever signs requests and was
            granted.
        throttle: How many requests pass. Default: 50 a second, 100 at once.
        cors: Which web pages may call it from a browser. Default: none.
        domain: A name of your own. Default: the one that AWS gives.
        batch_size: Most jobs of one invocation, 1 to 10. Default: 1, since they share its time.
        max_receive_count: Receives before a job counts as failed. Default: 3.
        status_ttl: How long jobs are remembered, at least 28 days, in which a late delivery can come.
            Default: 29 days.
        encryption_key: Your own key for queues, table and access log. Default: keys of AWS.
        removal_policy: What happens to the queues and the table when they leave the stack. Default: they are
            retained.
        alarm_thresholds: By alarm (`server_errors`, `throttled_requests`, `dead_letters`, `oldest_message`,
            `untold_failures`, and those of the worker) the line above which it fires, or None to leave it
            out. Default: 0, 0, 0, as long as all receives may take, the same of failures; of the worker as
            for a `PythonFunction`, without `concurrency`.

    Raises:
        RefusedError: If an option is out of bounds, the authorizer is not one of REST APIs, or the function's
            timeout cannot be read; at synth also if what is synthesized breaks a rule between queue and
            function, or the API would answer 202 to a job that the queue has refused.
    """

    queue: sqs.IQueue
    """Where jobs wait."""
    source: lambda_.EventSourceMapping
    """What hands them to the function."""
    alarms: AsyncApiAlarms
    """`server_errors`, `throttled_requests`, `dead_letters`, `oldest_message`, `untold_failures`, `errors`,
    `throttles`, `duration`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: FunctionOption,
        path: str = "jobs",
        request_schema: Mapping[str, Any] | None = None,
        authorizer: Authorizer | None = None,
        throttle: Throttle | None = None,
        cors: Cors | None = None,
        domain: CustomDomain | None = None,
        batch_size: int = 1,
        max_receive_count: int = 3,
        status_ttl: Duration | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: AsyncApiThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        asks, limit = authorizer or IamAuthorizer(), throttle or Throttle()
        front = Front(path, request_schema, asks, limit, cors, domain)
        keeping = Keeping(status_ttl or STATUS_TTL, encryption_key, removal_policy)
        front.refuse_wrong(self, batch_size, keeping.status_ttl)
        lease = self._define_work(function, keeping, alarm_thresholds)
        tuning = self._tuning(keeping, max_receive_count, {"oldest_message": None})
        self.queue = waiting(self, None, tuning, function_timeout=lease, window=None).queue
        self.source = poll(self, self.queue, self._handling, Batching(batch_size), None)
        self._open(front, callers_of(front.authorizer, self.queue), keeping)
        tell_of_one_caller(self, front.authorizer, "jobs")
        self.alarms = self._define_alarms(alarm_thresholds)

    def metric_waiting_jobs(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of jobs that wait; options as for `sqs.Queue.metric`."""
        return self.queue.metric_approximate_number_of_messages_visible(**options)

    def metric_oldest_job_age(self, **options: Any) -> cloudwatch.Metric:
        """Return the age of the oldest job in seconds; options as for `sqs.Queue.metric`."""
        return self.queue.metric_approximate_age_of_oldest_message(**options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [*super().graphs[:2], *self._graphs_of_jobs([self.metric_waiting_jobs(label="waiting")])]

    def _define_alarms(self, thresholds: AsyncApiThresholds | None) -> AsyncApiAlarms:
        gateway = cast(JobGateway, self._gateway)
        jobs = (self.queue, longest_work(self.queue) or 0)
        worker = self._handling.alarms
        return define_job_alarms(AsyncApiAlarms, self, gateway, self.failures, thresholds, worker, jobs=jobs)
