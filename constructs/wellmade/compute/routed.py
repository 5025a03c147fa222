"""What a load balancer sends requests to: where it answers, and how it does."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from wellmade.compute.load_balancer import AnyLoadBalancer
from wellmade.compute.request_metrics import RequestMetric, request_metric
from wellmade.compute.routing import Routing
from wellmade.kit.reachability import open_way
from wellmade.kit.refusals import refusal
from wellmade.kit.roles import note_requests
from wellmade.kit.variables import set_variables
from wellmade.kit.workload import AnyWorkload, workload_of
from wellmade_runtime import variables as named


class Routed(Construct):
    """What others use of a program or a function behind a load balancer."""

    load_balancer: AnyLoadBalancer | None
    """What takes the requests; None where the listener is imported."""
    listener: elbv2.IApplicationListener | elbv2.ApplicationListener
    """What serves: HTTPS, or HTTP inside the network."""
    targets: elbv2.ApplicationTargetGroup
    """What requests go to."""
    _routing: Routing

    @property
    def url(self) -> str:
        """Where it answers.

        Raises:
            RefusedError: If the listener is imported, and no host is given.
        """
        if self._routing.url is None:
            fix = "give ListenerRule(hosts=[…])"
            raise refusal(self, "ingress", "given with a host where the listener is imported", "none", fix)
        return self._routing.url

    def connect(self, workload: AnyWorkload, *, prefix: str = "") -> None:
        """Tell a workload in its variable `SERVICE_URL` where the service answers, and let it in.

        Args:
            workload: What sends requests; for a service inside the network something that runs there.
            prefix: Before the variable's name, where a workload calls several services. Default: nothing.

        Raises:
            RefusedError: If something else has set the variable, or the workload is in no network.
        """
        set_variables(self, workload, {named.SERVICE_URL: self.url}, prefix=prefix)
        caller = workload_of(self, workload)
        if self._routing.public:
            note_requests(caller.grant_principal)
        else:
            open_way(self, caller, self._routing.sender, self._routing.port, "requests")

    def metric_request_count(self, **options: Any) -> RequestMetric:
        """Return the number of requests to its own targets; options as for `cloudwatch.Metric`."""
        return self._metric("RequestCount", "Sum", options)

    def metric_target_response_time(self, **options: Any) -> RequestMetric:
        """Return the seconds until an answer, p99; options as for `cloudwatch.Metric`."""
        return self._metric("TargetResponseTime", "p99", options)

    def metric_target_5xx(self, **options: Any) -> RequestMetric:
        """Return the number of answers with 5xx of what is behind; options as for `cloudwatch.Metric`."""
        return self._metric("HTTPCode_Target_5XX_Count", "Sum", options)

    @property
    def _target_groups(self) -> Sequence[elbv2.ApplicationTargetGroup]:
        """Return what requests may go to; what others behind the load balancer get is theirs."""
        return [self.targets]

    def _metric(self, name: str, statistic: str, options: Mapping[str, Any]) -> RequestMetric:
        of_groups = [
            {**self._routing.dimensions, "TargetGroup": each.target_group_full_name}
            for each in self._target_groups
        ]
        return request_metric(
            name, of_groups, {"statistic": statistic, **options}, unique=self.node.addr[-8:]
        )
