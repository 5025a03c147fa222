"""HTTP or REST API to Lambda."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, cast

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from wellmade.api.api_alarms import ApiAlarms, ApiThresholds, define_api_alarms, functions_alarms
from wellmade.api.api_functions import HANDLER, ApiFunctions, id_of_own, local_id
from wellmade.api.api_options import integration_timeout, refuse_wrong_options
from wellmade.api.api_rules import ApiRules
from wellmade.api.authorizers import Authorizer, IamAuthorizer
from wellmade.api.callable_api import CallableApi
from wellmade.api.cors import Cors
from wellmade.api.custom_domain import CustomDomain, address_of, define_domain
from wellmade.api.http_gateway import HttpGateway
from wellmade.api.plan import Plan
from wellmade.api.rest_gateway import RestGateway
from wellmade.api.route import Routes, routes_of
from wellmade.api.route_conflicts import refuse_conflicts, refuse_twice
from wellmade.api.several_functions import SeveralFunctions
from wellmade.api.throttle import Throttle
from wellmade.foundation.alarms import Alarms
from wellmade.foundation.function_option import FunctionOption, Handling
from wellmade.foundation.provisioned_concurrency import ProvisionedConcurrency
from wellmade.kit.lookups import seconds
from wellmade.kit.synth_checks import check_at_synth

FUNCTION_TIMEOUT = Duration.seconds(10)


class LambdaApi(CallableApi):
    """Answer requests with functions, at a rate that they can take.

    Defines: HTTP or REST API with one stage, its routes, authorizers and access log in JSON, functions,
    alarms on 5xx answers, on latency, on requests that are throttled, and those of a `PythonFunction` for
    each function; of these what it is not given.

    Callers sign their requests with IAM unless another authorizer is given; `grant_invoke` lets them.
    Functions give up before the API does, so that their logs say why. A REST API costs three times as much;
    it checks bodies, and `WebFirewall` can stand before it. Its access log needs the account's `ApiLogRole`.

    Example:
        api = LambdaApi(self, "Orders", function="order_intake", routes=["POST /orders"])

    Args:
        routes: Methods and paths, such as `POST /orders/{id}`, or `$default` for whatever no other route
            takes: a list, all of `function`; or by each a `Route` or a function of its own.
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.IFunction`, or the name of a
            handler that travels with this library; for routes that have none. One that is defined here has
            10 seconds. Default: each route has its own.
        kind: `http` or `rest`. Default: `http`.
        authorizer: Who may send requests. Default: whoever signs them and was granted.
        throttle: How many requests pass. Default: 50 a second, 100 at once.
        cors: Which web pages may call it from a browser. Default: none.
        domain: A name of your own. Default: the one that AWS gives.
        integration_timeout_quota: What the account's quota for REST APIs was raised to, up to 5 minutes; the
            API then waits as long. Default: 29 seconds; an HTTP API waits 30 seconds.
        encryption_key: Your own key for the access log and for functions that are defined here. Default: keys
            of CloudWatch and Lambda.
        alarm_thresholds: By alarm (`server_errors`, `latency`, `client_errors`, `throttled_requests`,
            and those of the functions) the line above which it fires, or None to leave it out. Default: 0,
            half of the longest function timeout, left out, 0; of the functions as for a `PythonFunction`.

    Raises:
        RefusedError: If there is no route or two match the same requests, an option is out of bounds or is
            not of this kind of API; at synth also if a function may take longer than the API waits.
    """

    _function_timeout = FUNCTION_TIMEOUT
    """Of functions that are defined here."""
    _provisioned_concurrency: int | ProvisionedConcurrency | None = None
    """Of functions that are defined here."""
    domain: apigatewayv2.DomainName | None
    """The name of your own; None without one."""
    functions: Mapping[str, lambda_.IFunction]
    """What answers, by route."""
    alarms: ApiAlarms
    """`server_errors`, `latency`, `client_errors`, `throttled_requests`; those of the function where it
    is one alone, else in `function_alarms`."""
    function_alarms: Mapping[str, Alarms]
    """`errors`, `throttles`, `duration` and `concurrency` of the functions, by route."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        routes: Routes,
        function: FunctionOption | None = None,
        kind: Literal["http", "rest"] = "http",
        authorizer: Authorizer | None = None,
        throttle: Throttle | None = None,
        cors: Cors | None = None,
        domain: CustomDomain | None = None,
        integration_timeout_quota: Duration | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
        alarm_thresholds: ApiThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        refuse_twice(self, routes)
        limit, quota = throttle or Throttle(), integration_timeout_quota
        self._routes = routes_of(self, routes, authorizer or IamAuthorizer())
        refuse_conflicts(self, kind, self._routes)
        refuse_wrong_options(
            self,
            self._routes,
            kind=kind,
            function=function,
            throttle=limit,
            cors=cors,
            domain=domain,
            quota=quota,
        )
        key = cast(Any, encryption_key)
        pool = ApiFunctions(
            self,
            encryption_key=key,
            alarm_thresholds=alarm_thresholds,
            provisioned_concurrency=self._provisioned_concurrency,
        )
        handlings = self._take_functions(pool, function)
        waits = integration_timeout(kind, quota)
        plan = Plan(
            routes=self._routes,
            functions=handlings,
            pool=pool,
            throttle=limit,
            cors=cors,
            integration_timeout=waits,
            default_endpoint=domain.default_endpoint if domain else True,
            encryption_key=key,
        )
        self._gateway = RestGateway(self, plan) if kind == "rest" else HttpGateway(self, plan)
        self._address = self._gateway.url
        self.domain = self._define_domain(domain) if domain else None
        self.alarms = self._define_alarms(handlings, pool, alarm_thresholds)
        check_at_synth(self, ApiRules(self, self._gateway, handlings, seconds(waits)).broken)

    def _take_functions(self, pool: ApiFunctions, function: FunctionOption | None) -> dict[str, Handling]:
        found = {}
        for key, route in self._routes.items():
            construct_id = HANDLER if route.function == function else id_of_own(route.function)
            option = cast(FunctionOption, route.function or function)
            found[key] = pool.take(option, construct_id, self._function_timeout)
        self.functions = {key: cast(lambda_.IFunction, each.given) for key, each in found.items()}
        self.function_alarms = {key: each.alarms for key, each in found.items()}
        distinct = {local_id(self, each.given): each for each in found.values()}
        first_route, first = next(iter(found.items()))
        several = replace(first, workload=SeveralFunctions(self, first_route))
        self._use(first if len(distinct) == 1 else several)
        return found

    def _define_domain(self, domain: CustomDomain) -> apigatewayv2.DomainName:
        gateway = self._gateway
        self._address = address_of(domain)
        return define_domain(self, domain, gateway.api_id, gateway.stage, gateway.stage_name)

    def _define_alarms(
        self, handlings: Mapping[str, Handling], pool: ApiFunctions, thresholds: ApiThresholds | None
    ) -> ApiAlarms:
        timeouts = [each.timeout for each in handlings.values() if each.timeout is not None]
        slowest = max(timeouts, default=seconds(FUNCTION_TIMEOUT))
        answering = {local_id(self, each.given) for each in handlings.values()}
        functions = functions_alarms(self.node.path, answering, pool.alarms)
        return define_api_alarms(self, self._gateway, thresholds, functions, slowest)
