"""REST API to SQS to Lambda for tenants that must not disturb each other."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from wellmade.api.access_log import count_by_key
from wellmade.api.api_alarms import OWN_NAMESPACE
from wellmade.api.authorizers import Authorizer, IamAuthorizer
from wellmade.api.cors import Cors
from wellmade.api.custom_domain import CustomDomain
from wellmade.api.job_api import STATUS_TTL, Front, JobApi, Keeping
from wellmade.api.job_callers import callers_with_keys
from wellmade.api.job_gateway import JobGateway
from wellmade.api.tenant import DIMENSION, REQUESTS, Tenant
from wellmade.api.tenant_alarms import OF_QUEUES, TenantApiAlarms, TenantApiThresholds, define_tenant_alarms
from wellmade.api.tenant_rules import TenantRules
from wellmade.api.tenant_throttle import TenantThrottle
from wellmade.api.tenants import TenantQueues, Tenants
from wellmade.api.tier import Tier, refuse_wrong_tenants, throttle_of_all
from wellmade.foundation.function_option import FunctionOption
from wellmade.foundation.graphs import Graph
from wellmade.foundation.queue_source import Batching
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade_runtime.variables import API_KEY_ID


class TenantApi(JobApi):
    """Take long jobs of many tenants over HTTP, and let none of them wait for another one.

    Defines: REST API with one stage, authorizer and access log in JSON; for each tenant API key, usage plan
    and alarm; queues, dead-letter queues, function, event source mappings, table of jobs, function that tells
    callers of failures, function that throttles tenants; alarms on 5xx answers, on jobs that have failed, on
    the age of the oldest job of each queue and of the oldest failure that nobody was told of, on errors,
    throttles and duration of the worker, on errors of what throttles; of these what it is not given.

    Jobs are asked for and read as with `AsyncApi`; the header `x-api-key` tells whose they are. A tenant is
    one line in `tenants`. What is over its tier's rate is refused with 429 before it counts against anybody
    else; the stage lets pass what all tenants may ask for together. A queue is shared by the tenants of a
    tier: the message group is the tenant, and SQS hands out the jobs of quiet tenants first. The largest get
    a queue of their own. Each queue has its share of what the function reserves: its `max_concurrency`, which
    no other queue takes. So the worker is reserved by tier, and not by tenant, whose idle reservations would
    add up.

    A tenant that asks for several times its rate in a minute, refused requests included, is throttled further
    within two minutes, and let back when it has stopped.

    API Gateway makes the keys' values, which are in no template, log or variable: who hands them out reads
    them with `aws apigateway get-api-key --include-value --api-key ID`. A key tells whose limits count; who
    may call at all is said by the authorizer. Limits of plans are kept as well as API Gateway can, and not to
    the request.

    A REST API's access log needs the account's `ApiLogRole`.

    Example:
        jobs = TenantApi(
            self,
            "Reports",
            function="report_worker",
            tiers={"free": Tier(rate_limit=1, burst_limit=2), "large": Tier(50, 100, own_queue=True)},
            tenants={"acme": "large", "bolt": "free"},
        )

    Args:
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.Function` of this app, or
            the name of a handler that travels with this library; it gets the variables that `AsyncApi` sets.
        tiers: What tenants pay for, by name.
        tenants: The tier of each tenant, by the tenant's name; 90 at most.
        path: Where jobs are asked for. Default: `jobs`.
        request_schema: JSON Schema (draft 4) that a job must match before it is taken. Default: any object.
        authorizer: Who may call, beside having a key. Default: whoever signs requests and was granted.
        cors: Which web pages may call it from a browser; let them send `x-api-key`. Default: none.
        domain: A name of your own. Default: the one that AWS gives.
        batch_size: Most jobs of one invocation, 1 to 10. Default: 1, since they share its time.
        max_receive_count: Receives before a job counts as failed. Default: 3.
        status_ttl: How long jobs are remembered, at least 28 days, in which a late delivery can come.
            Default: 29 days.
        encryption_key: Your own key for queues, table, access log and what throttles. Default: keys of AWS.
        removal_policy: What happens to the queues and the table when they leave the stack. Default: they are
            retained.
        alarm_thresholds: By alarm (`server_errors`, `throttled_requests`, `dead_letters`, `oldest_message`,
            `untold_failures`, `throttle_errors`, and those of the worker) the line above which it fires, or
            None to leave it out. Default: 0, left out, 0, as long as all receives may take, the same of
            failures, 0; of the worker as for a `PythonFunction`, without `concurrency`.

    Raises:
        RefusedError: If a tier or an option is out of bounds, a tenant has no such tier, the authorizer is
            not one of REST APIs, or the function's timeout cannot be read; at synth also if the stage or a
            plan has no throttle, a key's value is written down, what is synthesized breaks a rule between
            queue and function, or the API would answer 202 to a job that a queue has refused.
    """

    tenants: Mapping[str, Tenant]
    """Key and plan of each tenant, by name."""
    queues: Mapping[str, sqs.IQueue]
    """Where jobs wait, by tenant; tenants of a tier share one unless the tier says otherwise."""
    automatic_throttle: TenantThrottle | None
    """What throttles tenants that ask for far too much, and takes it back; None where no tier has it."""
    alarms: TenantApiAlarms
    """`server_errors`, `throttled_requests`, `dead_letters`, `untold_failures`, `errors`, `throttles`,
    `duration`, `throttle_errors`; also those of queues and tenants."""
    queue_alarms: Mapping[str, cloudwatch.Alarm]
    """On the age of the oldest job in a tenant's queue, by tenant."""
    anomaly_alarms: Mapping[str, cloudwatch.Alarm]
    """That throttle a tenant, by tenant."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: FunctionOption,
        tiers: Mapping[str, Tier],
        tenants: Mapping[str, str],
        path: str = "jobs",
        request_schema: Mapping[str, Any] | None = None,
        authorizer: Authorizer | None = None,
        cors: Cors | None = None,
        domain: CustomDomain | None = None,
        batch_size: int = 1,
        max_receive_count: int = 3,
        status_ttl: Duration | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: TenantApiThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        refuse_wrong_tenants(self, tiers, tenants)
        asks, limit = authorizer or IamAuthorizer(), throttle_of_all(tiers, tenants)
        front = Front(path, request_schema, asks, limit, cors, domain)
        keeping = Keeping(status_ttl or STATUS_TTL, encryption_key, removal_policy)
        front.refuse_wrong(self, batch_size, keeping.status_ttl)
        lease = self._define_work(function, keeping, alarm_thresholds)
        thresholds: Mapping[str, Any] = alarm_thresholds or {}
        own = {name: each for name, each in thresholds.items() if name == OF_QUEUES}
        self._tenants = Tenants(self, "Tenants", tiers=tiers, tenants=tenants)
        self.tenants = self._tenants.by_name
        self._queues = TenantQueues(
            self,
            "Tiers",
            tiers=tiers,
            tenants=self.tenants,
            worker=self._handling,
            tuning=self._tuning(keeping, max_receive_count, own),
            batching=Batching(batch_size),
            lease=lease,
        )
        self.queues, self.queue_alarms = self._queues.by_tenant, self._queues.alarms
        self._open_to_tenants(front, keeping)
        self.anomaly_alarms = self._tenants.alarms
        self.automatic_throttle = (
            self._define_throttle(tiers, encryption_key, thresholds) if self.anomaly_alarms else None
        )
        self.alarms = self._define_alarms(alarm_thresholds)
        check_at_synth(self, TenantRules(self, cast(JobGateway, self._gateway), self.tenants).broken)

    def connect(self, workload: AnyWorkload, *, prefix: str = "", tenant: str | None = None) -> None:
        """Let a workload send requests, and set where in its variable `API_URL`.

        Args:
            workload: What sends them.
            prefix: Before the variables' names, where a workload has several APIs. Default: nothing.
            tenant: Whose key it sends; it reads the value by the id in its variable `API_KEY_ID`. Default: it
                has its key from elsewhere.

        Raises:
            RefusedError: If something else has set a variable, or there is no such tenant.
        """
        super().connect(workload, prefix=prefix)
        if tenant is not None:
            key = self._tenants.named(tenant)
            set_variables(self, workload, {API_KEY_ID: key.key.ref}, prefix=prefix)
            workload_of(self, workload).allow(["apigateway:GET"], [key.key_arn])

    def grant_read_key(self, grantee: iam.IGrantable, tenant: str) -> iam.Grant:
        """Let `grantee` read the value of a tenant's key, as to hand it out, and nothing else.

        Args:
            grantee: Who reads it.
            tenant: Whose key.

        Raises:
            RefusedError: If there is no such tenant.
        """
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["apigateway:GET"], resource_arns=[self._tenants.named(tenant).key_arn]
        )

    def metric_tenant_requests(self, tenant: str, **options: Any) -> cloudwatch.Metric:
        """Return the number of a tenant's requests, refused ones too; options as for `cloudwatch.Metric`."""
        return self._tenants.named(tenant).metric_requests(**options)

    def metric_waiting_jobs(self, tenant: str, **options: Any) -> cloudwatch.Metric:
        """Return the number of jobs in a tenant's queue; options as for `sqs.Queue.metric`."""
        self._tenants.named(tenant)
        return self.queues[tenant].metric_approximate_number_of_messages_visible(**options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        requests = [tenant.metric_requests(label=name) for name, tenant in self.tenants.items()]
        waits = [
            each.queue.metric_approximate_number_of_messages_visible(label=f"waiting, {name}")
            for name, each in self._queues.known.items()
        ]
        by_tenant = Graph("requests by tenant", requests)
        return [*super().graphs[:2], by_tenant, *self._graphs_of_jobs(waits)]

    def _open_to_tenants(self, front: Front, keeping: Keeping) -> None:
        """Define the API, let the tenants' keys in, and count what they ask for."""
        known = {name: (tenant.key.ref, self.queues[name]) for name, tenant in self.tenants.items()}
        self._open(front, callers_with_keys(known), keeping)
        gateway = cast(JobGateway, self._gateway)
        count_by_key(self, gateway.log_group, OWN_NAMESPACE, REQUESTS, DIMENSION)
        self._tenants.open(gateway.stage)

    def _define_throttle(
        self, tiers: Mapping[str, Tier], encryption_key: Any, thresholds: Mapping[str, Any]
    ) -> TenantThrottle:
        return TenantThrottle(
            self,
            "Throttle",
            tenants=self.tenants,
            tiers=tiers,
            alarms=self._tenants.alarm_prefix,
            encryption_key=encryption_key,
            errors=thresholds.get("throttle_errors", 0),
        )

    def _define_alarms(self, thresholds: TenantApiThresholds | None) -> TenantApiAlarms:
        changing = self.automatic_throttle.function.alarms.by_name() if self.automatic_throttle else {}
        waits = {name: each.alarms.by_name().get(OF_QUEUES) for name, each in self._queues.known.items()}
        parts = {
            **self._handling.alarms.by_name(),
            "throttle_errors": changing.get("errors"),
            **{f"{OF_QUEUES} of {name}": alarm for name, alarm in waits.items()},
            **{f"anomaly of {name}": alarm for name, alarm in self.anomaly_alarms.items()},
        }
        gateway = cast(JobGateway, self._gateway)
        return define_tenant_alarms(self, gateway, self.failures, thresholds, parts)
