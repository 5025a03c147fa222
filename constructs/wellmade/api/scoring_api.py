"""HTTP API to a warm function that answers within a budget of time."""

from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from wellmade.api.api_alarms import ApiThresholds
from wellmade.api.api_functions import ApiFunctions
from wellmade.api.authorizers import Authorizer
from wellmade.api.custom_domain import CustomDomain
from wellmade.api.lambda_api import LambdaApi
from wellmade.api.lookup_budget import Lookup, LookupBudget, budget_of
from wellmade.api.scoring_alarms import (
    SPILLOVER,
    ScoringAlarms,
    ScoringThresholds,
    define_scoring_alarms,
    spillover_dimensions,
)
from wellmade.api.scoring_rules import BudgetRules
from wellmade.api.throttle import Throttle
from wellmade.foundation.function_option import FunctionOption, Handling
from wellmade.foundation.graphs import Graph
from wellmade.foundation.provisioned_concurrency import ProvisionedConcurrency
from wellmade.kit.annotations import ShortDuration
from wellmade.kit.refusals import refusal
from wellmade.kit.synth_checks import check_at_synth
from wellmade.kit.variables import set_variables
from wellmade_runtime.lookups import UNANSWERED
from wellmade_runtime.metrics import NAMESPACE

BUDGET, OWN_WORK = Duration.millis(100), Duration.millis(40)
WARM = ProvisionedConcurrency(2, 10)


class ScoringApi(LambdaApi):
    """Answer while a caller waits, within a budget of time that lookups cannot use up.

    Defines: HTTP API with one route, authorizer and access log in JSON, function, its alias `live` with
    provisioned concurrency that follows utilization; alarms on 5xx answers, on latency above the budget, on
    requests that met a cold start, on lookups without an answer, on requests that are throttled, and those
    of a `PythonFunction`; of these what it is not given.

    What a caller waits at most is computed: all attempts of all lookups, one after the other, and the work
    besides. It is refused where it does not fit. The handler asks with `wellmade_runtime.lookups`, which
    reads the plan from `LOOKUPS`: what is late is left, and the handler answers without it, and says so.
    Stores are connected as to any workload: `table.connect(api, …)`, `cache.connect(api)`.

    A cold start may take the whole of a budget of up to 100 ms, so that a function without warm copies is
    refused there. Where more requests come than copies are warm, the rest meets cold starts until scaling has
    followed: an alarm tells. Warm copies are paid for while they wait.

    Example:
        profiles = OnDemandTable(self, "Profiles", partition_key="pk")
        api = ScoringApi(self, "Scores", function="product_catalog", lookups={"profile": Lookup(attempts=2)})
        profiles.connect(api, actions=["dynamodb:GetItem"])

    Args:
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.Function` of this app or an
            alias of it, or the name of a handler that travels with this library. One that is defined here has
            3 seconds; give your own where it needs a network.
        lookups: What is looked up, by name, such as `profile`. Default: nothing.
        path: Where requests are sent. Default: `scores`.
        budget: What a caller waits at most, up to 3 seconds. Default: 100 ms.
        own_work: What of it is for all but lookups: the code's own work and what API Gateway adds.
            Default: 40 ms.
        provisioned_concurrency: Warm copies of a function that is defined here. Default: 2, up to 10 by
            utilization.
        authorizer: Who may send requests. Default: whoever signs them and was granted.
        throttle: How many requests pass. Default: 50 a second, 100 at once.
        domain: A name of your own. Default: the one that AWS gives.
        encryption_key: Your own key for the access log and for a function that is defined here. Default: keys
            of CloudWatch and Lambda.
        alarm_thresholds: By alarm (`latency`, `server_errors`, `cold_requests`, `unanswered_lookups`,
            `client_errors`, `throttled_requests`, and those of the function) the line above which it fires,
            or None to leave it out. Default: the budget, 0, 0, 10, left out, 0; of the function as for a
            `PythonFunction`.

    Raises:
        RefusedError: If an option is out of bounds, or lookups and work take longer than the budget; at synth
            also if a function that may start cold answers within 100 ms.
    """

    _function_timeout = Duration.seconds(3)
    """Of what its caller has left long before."""
    budget: LookupBudget
    """How the time is shared, in milliseconds."""
    alarms: ScoringAlarms
    """Those of `LambdaApi`, `unanswered_lookups`, and `cold_requests` where the function has warm copies."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: FunctionOption,
        lookups: Mapping[str, Lookup] | None = None,
        path: str = "scores",
        budget: ShortDuration = BUDGET,
        own_work: ShortDuration = OWN_WORK,
        provisioned_concurrency: int | ProvisionedConcurrency | None = None,
        authorizer: Authorizer | None = None,
        throttle: Throttle | None = None,
        domain: CustomDomain | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        alarm_thresholds: ScoringThresholds | None = None,
    ) -> None:
        # The API defines its function, and its alarms, while it is made.
        self._provisioned_concurrency = provisioned_concurrency or WARM
        self._asked = (lookups or {}, budget, own_work)
        super().__init__(
            scope,
            construct_id,
            routes=[f"POST /{path}"],
            function=function,
            authorizer=authorizer,
            throttle=throttle,
            domain=domain,
            encryption_key=encryption_key,
            alarm_thresholds=alarm_thresholds,
        )
        if provisioned_concurrency is not None and not self._handling.is_own:
            fix = "set it on the function, which is kept warm already"
            allowed = "left out beside a function of your own"
            raise refusal(self, "provisioned_concurrency", allowed, "one", fix)
        set_variables(self, self, self.budget.variables)
        check_at_synth(self, BudgetRules(self, self._handling, self.budget).broken)

    def metric_unanswered_lookups(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of lookups without an answer; options as for `cloudwatch.Metric`."""
        return _sum(NAMESPACE, UNANSWERED, {"function": self._function_name}, options)

    def metric_cold_requests(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of requests that met a cold start; options as for `cloudwatch.Metric`.

        Raises:
            RefusedError: If the function has no alias.
        """
        alias = self._live
        if alias is None:
            fix = "give the function provisioned concurrency"
            raise refusal(
                self, "function", "one with an alias where this metric is shown", "one without", fix
            )
        dimensions = spillover_dimensions(self._function_name, alias)
        return _sum("AWS/Lambda", SPILLOVER, dimensions, options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        missed = [self.metric_unanswered_lookups(label="unanswered lookups")]
        if self._live:
            missed.append(self.metric_cold_requests(label="cold requests"))
        return [*super().graphs, Graph("over budget", missed)]

    @property
    def _live(self) -> lambda_.Alias | None:
        invoked = self._handling.invocable
        return invoked if isinstance(invoked, lambda_.Alias) else None

    @property
    def _function_name(self) -> str:
        alias = self._live
        return alias.lambda_.function_name if alias else self._handling.given.function_name

    def _define_alarms(
        self, handlings: Mapping[str, Handling], pool: ApiFunctions, thresholds: ApiThresholds | None
    ) -> ScoringAlarms:
        lookups, budget, own_work = self._asked
        self.budget = budget_of(self, lookups, budget=budget, own_work=own_work)
        own = ("cold_requests", "unanswered_lookups", "latency")
        of_api = {name: line for name, line in (thresholds or {}).items() if name not in own}
        told = cast(ApiThresholds, {**of_api, "latency": None})
        return define_scoring_alarms(
            self,
            function_name=self._function_name,
            alias=self._live,
            api=self._gateway.dimensions,
            budget=self.budget.budget,
            thresholds=cast(ScoringThresholds | None, thresholds),
            more=super()._define_alarms(handlings, pool, told),
        )


def _sum(
    namespace: str, name: str, dimensions: Mapping[str, str], options: Mapping[str, Any]
) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        metric_name=name,
        namespace=namespace,
        dimensions_map=dict(dimensions),
        **{"statistic": "Sum", **options},
    )
