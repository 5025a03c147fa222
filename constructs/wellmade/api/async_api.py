"""REST API to SQS to Lambda: long jobs."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.api.api_functions import ApiFunctions
from wellmade.api.api_options import refuse_wrong_front
from wellmade.api.authorizers import Authorizer, IamAuthorizer
from wellmade.api.callable_api import CallableApi
from wellmade.api.cors import Cors
from wellmade.api.custom_domain import CustomDomain, address_of, define_domain
from wellmade.api.job_alarms import AsyncApiAlarms, AsyncApiThresholds, define_job_alarms
from wellmade.api.job_failures import RETENTION, JobFailures
from wellmade.api.job_gateway import JobGateway, JobPlan
from wellmade.api.job_rules import JobRules, refuse_wrong_jobs
from wellmade.api.route import Route
from wellmade.api.throttle import Throttle
from wellmade.foundation.alarms import Alarms
from wellmade.foundation.function_option import FunctionOption, handling
from wellmade.foundation.graphs import Graph
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.foundation.queue_option import QueueTuning, waiting
from wellmade.foundation.queue_rules import longest_work
from wellmade.foundation.queue_source import Batching, poll
from wellmade.kit.lookups import seconds
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.variables import set_variables
from wellmade_runtime.variables import JOBS_LEASE_SECONDS, JOBS_TTL_SECONDS

STATUS_TTL = Duration.days(29)


class AsyncApi(CallableApi):
    """Take long jobs over HTTP at once, do each of them once, and tell every caller how it ended.

    Defines: REST API with one stage, authorizer and access log in JSON, queue, dead-letter queues, function,
    event source mapping, table of jobs, function that tells callers of failures; alarms on 5xx answers, on
    requests that are throttled, on jobs that have failed, on the age of the oldest job and of the oldest
    failure that nobody was told of, on errors and throttles of the worker; of these what it is not given.

    `PUT /jobs/{job_id}` puts a job into the queue without a function between and answers 202 with a
    `status_url`; `GET` of the same address answers `waiting`, `working`, `done` with the `result`, or
    `failed` with an `error`. The caller chooses the name: sent again, the job is done once. Another caller's
    job of the same name is another job. The worker does jobs with `wellmade_runtime.jobs`; what fails on each
    receive is marked as failed and kept in a dead-letter queue.

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
            `untold_failures`, `errors`, `throttles`) the line above which it fires, or None to leave it out.
            Default: 0, 0, 0, as long as all receives may take, the same of failures, 0, 0.

    Raises:
        RefusedError: If an option is out of bounds, the authorizer is not one of REST APIs, or the function's
            timeout cannot be read; at synth also if what is synthesized breaks a rule between queue and
            function, or the API would answer 202 to a job that the queue has refused.
    """

    queue: sqs.IQueue
    """Where jobs wait."""
    table: OnDemandTable
    """How they stand."""
    source: lambda_.EventSourceMapping
    """What hands them to the function."""
    failures: JobFailures
    """What tells callers that a job has failed, and keeps it for a person."""
    domain: apigatewayv2.DomainName | None
    """The name of your own; None without one."""
    alarms: AsyncApiAlarms
    """`server_errors`, `throttled_requests`, `dead_letters`, `oldest_message`, `untold_failures`, `errors`,
    `throttles`."""

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
        limit, asks = throttle or Throttle(), Route(None, authorizer or IamAuthorizer())
        ttl, key = status_ttl or STATUS_TTL, cast(Any, encryption_key)
        refuse_wrong_front(self, "rest", {"PUT": asks}, throttle=limit, cors=cors, domain=domain)
        refuse_wrong_jobs(self, path=path, schema=request_schema, batch_size=batch_size, status_ttl=ttl)
        worker = handling(self, function, alarm_thresholds=alarm_thresholds)
        self._use(worker)
        self.table = self._define_table(key, removal_policy)
        kept: dict[str, Any] = {"encryption_key": key, "removal_policy": removal_policy}
        self.failures = JobFailures(self, "Failures", table=self.table, status_ttl=ttl, **kept)
        lease = JobRules.lease_of(self, worker)
        tuning = QueueTuning(
            max_receive_count=max_receive_count,
            dead_letter_queue=cast(Any, self.failures.queue),
            alarm_thresholds={"dead_letters": None, "oldest_message": None},
            **kept,
        )
        self.queue = waiting(self, None, tuning, function_timeout=lease, window=None).queue
        self.source = poll(self, self.queue, worker, Batching(batch_size), None)
        self._let_work(ttl, lease)
        plan = JobPlan(
            path=path,
            ask=Route(None, asks.authorizer, request_schema={"type": "object", **(request_schema or {})}),
            queue=self.queue,
            table=self.table,
            role=self._define_role(),
            pool=ApiFunctions(self, encryption_key=key, alarm_thresholds=None),
            throttle=limit,
            cors=cors,
            default_endpoint=domain.default_endpoint if domain else True,
            ends_within=int(seconds(RETENTION)),
            encryption_key=key,
        )
        self._gateway = JobGateway(self, plan)
        self._routes = dict.fromkeys(self._gateway.integrations, plan.ask)
        self._address = address_of(domain) if domain else self._gateway.url
        self.domain = self._define_domain(domain) if domain else None
        self.alarms = self._define_alarms(alarm_thresholds, worker.alarms)
        check_at_synth(self, JobRules(self, self._gateway).broken)

    @property
    def dead_letter_queue(self) -> sqs.IQueue:
        """Where jobs that have failed wait for a person, once their callers were told."""
        return self.failures.dead_letter_queue

    def metric_waiting_jobs(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of jobs that wait; options as for `sqs.Queue.metric`."""
        return self.queue.metric_approximate_number_of_messages_visible(**options)

    def metric_oldest_job_age(self, **options: Any) -> cloudwatch.Metric:
        """Return the age of the oldest job in seconds; options as for `sqs.Queue.metric`."""
        return self.queue.metric_approximate_age_of_oldest_message(**options)

    def metric_failed_jobs(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of jobs that have failed and wait for a person; options as above."""
        return self.dead_letter_queue.metric_approximate_number_of_messages_visible(**options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        function = self.function
        jobs = [self.metric_waiting_jobs(label="waiting"), self.metric_failed_jobs(label="failed")]
        work = [function.metric_errors(), function.metric_throttles()]
        return [*super().graphs[:2], Graph("jobs", jobs), Graph("failures of the worker", work)]

    def _define_table(self, key: Any, removal_policy: RemovalPolicy) -> OnDemandTable:
        return OnDemandTable(
            self,
            "Jobs",
            partition_key="id",
            time_to_live_attribute="expiration",
            encryption_key=key,
            removal_policy=removal_policy,
        )

    def _let_work(self, ttl: Duration, lease: float) -> None:
        self.table.connect(self, actions=["dynamodb:UpdateItem"], prefix="JOBS_")
        told = {JOBS_TTL_SECONDS: f"{seconds(ttl):.0f}", JOBS_LEASE_SECONDS: f"{lease:.12g}"}
        set_variables(self, self, told)

    def _define_alarms(self, thresholds: AsyncApiThresholds | None, worker: Alarms) -> AsyncApiAlarms:
        failures = self.failures
        queues = (self.queue, cast(sqs.IQueue, failures.queue), cast(sqs.IQueue, failures.dead_letter_queue))
        longest = (longest_work(self.queue) or 0, longest_work(queues[1]) or 0)
        gateway = cast(JobGateway, self._gateway)
        return define_job_alarms(self, gateway, queues, longest, thresholds, worker)

    def _define_role(self) -> WorkloadRole:
        service = iam.ServicePrincipal("apigateway.amazonaws.com")
        principal = cast(iam.IPrincipal, service)
        return WorkloadRole(self, "ApiRole", assumed_by=principal, policy_name="Jobs")

    def _define_domain(self, domain: CustomDomain) -> apigatewayv2.DomainName:
        gateway = self._gateway
        return define_domain(self, domain, gateway.api_id, gateway.stage, gateway.stage_name)
