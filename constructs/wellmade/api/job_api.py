"""What every API for long jobs is: the table that tells how they stand, the worker, and what fails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.api.api_functions import ApiFunctions
from wellmade.api.api_options import refuse_wrong_front
from wellmade.api.authorizers import Authorizer
from wellmade.api.callable_api import CallableApi
from wellmade.api.cors import Cors
from wellmade.api.custom_domain import CustomDomain, address_of, define_domain
from wellmade.api.job_callers import Callers
from wellmade.api.job_failures import RETENTION, JobFailures
from wellmade.api.job_gateway import JobGateway, JobPlan
from wellmade.api.job_rules import JobRules, refuse_wrong_jobs
from wellmade.api.own_stack import refuse_function_elsewhere
from wellmade.api.route import Route
from wellmade.api.throttle import Throttle
from wellmade.foundation.alarms import Thresholds
from wellmade.foundation.function_option import FunctionOption, handling
from wellmade.foundation.graphs import Graph
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.foundation.queue_option import QueueTuning
from wellmade.kit.lookups import seconds
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.variables import set_variables
from wellmade_runtime.variables import JOBS_LEASE_SECONDS, JOBS_TTL_SECONDS

STATUS_TTL = Duration.days(29)


@dataclass(frozen=True)
class Keeping:
    """How jobs are kept."""

    status_ttl: Duration
    encryption_key: Any
    removal_policy: RemovalPolicy

    @property
    def of_data(self) -> dict[str, Any]:
        """Options of everything that holds jobs."""
        return {"encryption_key": self.encryption_key, "removal_policy": self.removal_policy}


@dataclass(frozen=True)
class Front:
    """What an API for jobs shows to its callers."""

    path: str
    request_schema: Mapping[str, Any] | None
    authorizer: Authorizer
    throttle: Throttle
    cors: Cors | None
    domain: CustomDomain | None

    def refuse_wrong(self, scope: Construct, batch_size: int, status_ttl: Duration) -> None:
        """Raise where it cannot work, or jobs cannot be worked on and kept so.

        Raises:
            RefusedError: If it cannot.
        """
        asks = {"PUT": Route(None, self.authorizer)}
        shown: dict[str, Any] = {"cors": self.cors, "domain": self.domain}
        refuse_wrong_front(scope, "rest", asks, throttle=self.throttle, **shown)
        refuse_wrong_jobs(
            scope, path=self.path, schema=self.request_schema, batch_size=batch_size, status_ttl=status_ttl
        )


class JobApi(CallableApi):
    """An API for long jobs, under the names that all such APIs share."""

    table: OnDemandTable
    """How they stand."""
    failures: JobFailures
    """What tells callers that a job has failed, and keeps it for a person."""
    domain: apigatewayv2.DomainName | None
    """The name of your own; None without one."""

    @property
    def dead_letter_queue(self) -> sqs.IQueue:
        """Where jobs that have failed wait for a person, once their callers were told."""
        return self.failures.dead_letter_queue

    def metric_failed_jobs(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of jobs that wait for a person; options as for `sqs.Queue.metric`."""
        return self.dead_letter_queue.metric_approximate_number_of_messages_visible(**options)

    def _define_work(
        self, function: FunctionOption, keeping: Keeping, thresholds: Thresholds | None
    ) -> float:
        """Define the worker, the table and what fails; return how long one delivery may work on a job."""
        refuse_function_elsewhere(self, function)
        worker = handling(self, function, alarm_thresholds=thresholds, waits=True)
        self._use(worker)
        self.table = OnDemandTable(
            self, "Jobs", partition_key="id", time_to_live_attribute="expiration", **keeping.of_data
        )
        self.failures = JobFailures(
            self, "Failures", table=self.table, status_ttl=keeping.status_ttl, **keeping.of_data
        )
        lease = JobRules.lease_of(self, worker)
        self.table.connect(self, actions=["dynamodb:UpdateItem"], prefix="JOBS_")
        ttl = f"{seconds(keeping.status_ttl):.0f}"
        set_variables(self, self, {JOBS_TTL_SECONDS: ttl, JOBS_LEASE_SECONDS: f"{lease:.12g}"})
        return lease

    def _tuning(self, keeping: Keeping, max_receive_count: int, thresholds: Mapping[str, Any]) -> QueueTuning:
        """Return what a queue of jobs has, whose failures are told."""
        return QueueTuning(
            max_receive_count=max_receive_count,
            dead_letter_queue=cast(Any, self.failures.queue),
            alarm_thresholds={"dead_letters": None, **thresholds},
            **keeping.of_data,
        )

    def _open(self, front: Front, callers: Callers, keeping: Keeping) -> None:
        """Define the API before the queues."""
        schema = {"type": "object", **(front.request_schema or {})}
        plan = JobPlan(
            path=front.path,
            ask=Route(None, front.authorizer, request_schema=schema),
            callers=callers,
            table=self.table,
            role=self._define_role(),
            pool=ApiFunctions(self, encryption_key=keeping.encryption_key, alarm_thresholds=None),
            throttle=front.throttle,
            cors=front.cors,
            default_endpoint=front.domain.default_endpoint if front.domain else True,
            ends_within=int(seconds(RETENTION)),
            encryption_key=keeping.encryption_key,
        )
        gateway = JobGateway(self, plan)
        self._gateway = gateway
        self._routes = dict.fromkeys(gateway.integrations, plan.ask)
        self._address = address_of(front.domain) if front.domain else gateway.url
        self.domain = self._define_domain(front.domain) if front.domain else None
        check_at_synth(self, JobRules(self, gateway).broken)

    def _graphs_of_jobs(self, waiting: Sequence[cloudwatch.Metric]) -> list[Graph]:
        """Return what `monitor` shows of jobs, beside what it shows of the front."""
        function = self.function
        jobs = [*waiting, self.metric_failed_jobs(label="failed")]
        work = [function.metric_errors(), function.metric_throttles()]
        return [
            Graph("jobs", jobs),
            Graph("failures of the worker", work),
        ]

    def _define_role(self) -> WorkloadRole:
        service = iam.ServicePrincipal("apigateway.amazonaws.com")
        principal = cast(iam.IPrincipal, service)
        return WorkloadRole(self, "ApiRole", assumed_by=principal, policy_name="Jobs")

    def _define_domain(self, domain: CustomDomain) -> apigatewayv2.DomainName:
        gateway = self._gateway
        return define_domain(self, domain, gateway.api_id, gateway.stage, gateway.stage_name)
