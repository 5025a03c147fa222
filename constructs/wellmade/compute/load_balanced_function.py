"""ALB to Lambda."""

from typing import Any, cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.compute.balanced_alarms import (
    LoadBalancedFunctionAlarms,
    LoadBalancedFunctionThresholds,
    define_balanced_alarms,
)
from wellmade.compute.cluster import Vpc
from wellmade.compute.function_targets import FunctionTargetRules, define_function_targets
from wellmade.compute.load_balancer import AnyLoadBalancer
from wellmade.compute.options import Ingress, ListenerRule
from wellmade.compute.request_metrics import RequestMetric
from wellmade.compute.routed import Routed
from wellmade.compute.routing import define_routing
from wellmade.compute.service_options import refuse_wrong_ingress
from wellmade.facts.lambda_ import LONGEST_TIMEOUT
from wellmade.foundation.function_option import FunctionOption, FunctionPattern, handling
from wellmade.foundation.graphs import Graph
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal, require_between
from wellmade.kit.synth_checks import check_at_synth


class LoadBalancedFunction(Routed, FunctionPattern):
    """Answer requests of a load balancer with a function, beside services or alone.

    Defines: function, target group, the permission to invoke, and a rule of a listener that others share, or
    a listener and a load balancer with its log and security group; alarms on 5xx answers, on requests without
    an answer, on latency, and those of a `PythonFunction`; of these what it is not given.

    A load balancer costs by the hour and little by the request: what is cheaper, `wellmade ingress` computes.
    Requests and answers have at most 1 MB. Headers and query parameters come with all their values, in
    `multiValueHeaders` and `multiValueQueryStringParameters`; answers must have `multiValueHeaders` too, as
    `wellmade_runtime.balancer_responses` writes them. The load balancer does not ask how the function is,
    since each check is an invocation that is paid for and nothing is gained: there is no other to send to.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        lookup = LoadBalancedFunction(
            self, "Invoices", function="invoice_lookup", vpc=vpc, ingress=Ingress(public=False)
        )
        table = OnDemandTable(self, "Table", partition_key="pk")
        table.connect(lookup, actions=["dynamodb:GetItem"])

    Args:
        function: The `Path` of your own folder, a `PythonFunction`, any `lambda_.IFunction`, or the name of a
            handler that travels with this library. One that is defined here has the time of the longest
            request.
        vpc: Network of a load balancer that is defined here, with at least two zones. Default: none, which a
            load balancer or a listener of your own needs not.
        load_balancer: Your own application load balancer, on which the listener is defined. Default: one is
            defined.
        ingress: How requests come in: by an `Ingress`, or by a `ListenerRule` of a listener of your own that
            others share. Its longest request may take up to 15 minutes; its health check path counts only
            with `health_check`. Default: public, which needs a certificate or a domain.
        health_check: Whether the load balancer asks every 35 seconds how the function is. Default: no.
        encryption_key: Your own key for a function that is defined here. Default: keys of AWS.
        removal_policy: What happens to the access log when it leaves the stack. Default: it is retained.
        alarm_thresholds: By alarm (`server_errors`, `failed_requests`, `latency`, and those of the
            function) the line above which it fires, or None to leave it out. Default: 0, 0, half of the
            longest request in seconds; of the function as for a `PythonFunction`.

    Raises:
        RefusedError: If an option is out of bounds, a public load balancer has no certificate, or there is no
            network for one; at synth also if the function may take longer than the load balancer waits.
    """

    alarms: LoadBalancedFunctionAlarms
    """`server_errors`, `failed_requests`, `latency`; `errors`, `throttles`, `duration` and `concurrency` of
    the function."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: FunctionOption,
        vpc: Vpc | None = None,
        load_balancer: AnyLoadBalancer | None = None,
        ingress: Ingress | ListenerRule | None = None,
        health_check: bool = False,
        encryption_key: kms.IKey | kms.Key | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
        alarm_thresholds: LoadBalancedFunctionThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        entry = ingress or Ingress()
        longest = seconds(entry.longest_request)
        refuse_wrong_ingress(self, entry, moves=False)
        fix = "answer 202 and hand longer work to a queue: AsyncApi"
        require_between(
            self, "ingress.longest_request", longest, 1, LONGEST_TIMEOUT, fix, rule="service-limit"
        )
        self._refuse_no_network(entry, vpc, load_balancer)
        found = handling(
            self,
            function,
            construct_id="Handler",
            timeout=entry.longest_request,
            encryption_key=cast(Any, encryption_key),
            alarm_thresholds=alarm_thresholds,
            lets_in=True,
        )
        self._use(found)
        path = entry.health_check_path if health_check else None
        self.targets: elbv2.ApplicationTargetGroup = define_function_targets(self, found, path)
        self._routing = define_routing(
            self,
            cast(ec2.IVpc, vpc),
            entry,
            self.targets,
            load_balancer=load_balancer,
            log_removal=removal_policy,
        )
        self.load_balancer, self.listener = self._routing.load_balancer, self._routing.listener
        dimensions = {**self._routing.dimensions, "TargetGroup": self.targets.target_group_full_name}
        self.alarms = define_balanced_alarms(self, dimensions, longest, alarm_thresholds, found.alarms)
        check_at_synth(self, FunctionTargetRules(self, found, self.targets, self._routing).broken)

    def metric_failed_requests(self, **options: Any) -> RequestMetric:
        """Return the number of requests without an answer; options as for `cloudwatch.Metric`."""
        return self._metric("LambdaUserError", "Sum", options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        failed = [self.metric_target_5xx(), self.metric_failed_requests()]
        return [
            Graph("requests", [self.metric_request_count(), *failed]),
            Graph("response time", [self.metric_target_response_time(statistic=s) for s in ("p50", "p99")]),
            Graph("function", [self.function.metric_errors(), self.function.metric_throttles()]),
        ]

    def _refuse_no_network(
        self, ingress: Ingress | ListenerRule, vpc: Vpc | None, load_balancer: AnyLoadBalancer | None
    ) -> None:
        if vpc is None and load_balancer is None and isinstance(ingress, Ingress):
            fix = "or give load_balancer, or ingress=ListenerRule(listener, priority=…)"
            raise refusal(self, "vpc", "given where a load balancer is defined", None, fix)
