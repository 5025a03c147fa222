"""Paths of a monolith that move to a new service behind the same load balancer, share by share."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from aws_cdk import Duration, Fn
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from wellmade.compute.load_balancer import Listener
from wellmade.compute.routing import full_name_of, take_priority
from wellmade.compute.service_alarms import NAMESPACE
from wellmade.compute.strangler_alarms import StranglerAlarms, StranglerThresholds, define_strangler_alarms
from wellmade.facts.load_balancing import CONDITION_VALUES, LONGEST_STICKINESS
from wellmade.foundation.graphs import Graph
from wellmade.kit.lookups import default_child, is_unresolved, path_of, same_stack, seconds
from wellmade.kit.refusals import RefusedError, refusal, require_between
from wellmade.kit.synth_checks import Synthesized, check_at_synth

Targets = elbv2.IApplicationTargetGroup | elbv2.ApplicationTargetGroup
ALL, AN_HOUR = 100, Duration.hours(1)


class StranglerRoutes(Construct):
    """Move paths from a monolith to a new service behind one load balancer, and take them back by one value.

    Defines: rules of the listener that share the requests of these paths between both, alarms on 5xx answers
    of the new service and on its targets that fail their health check.

    `weight` is the percentage that the new service gets: raise it step by step, and set it to 0 to take the
    paths back. Both stay behind the rules at 0 and at 100, so that a step creates and deletes nothing; only
    between them a client stays where it is, so that 0 takes everybody back at once. What is written must be
    readable by both sides as long as they share: migrate data first.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        shop = WebService(self, "Shop", vpc=vpc, image="order_api", ingress=Ingress(public=False))
        inside = ListenerRule(shop.listener, priority=200, hosts=["invoices-next.internal"])
        invoices = LoadBalancedFunction(self, "Invoices", function="invoice_lookup", ingress=inside)
        StranglerRoutes(
            self,
            "InvoiceRoutes",
            listener=shop.listener,
            priority=10,
            paths=["/invoices/*"],
            monolith=shop.targets,
            service=invoices.targets,
            weight=10,
        )

    Args:
        listener: Of the load balancer, your own or an imported one.
        priority: Which rule is asked first, 1 to 50,000; a rule takes five paths and hosts, and the next
            ones have the next priorities.
        paths: Patterns such as `/orders/*`.
        monolith: The target group that has answered them until now.
        service: The target group that is to answer them; a service of its own rule, such as one for tests.
        hosts: Host names, up to four, which may hold `*`. Default: every host.
        weight: Percentage of the requests that the new service gets, 0 to 100. Default: 0.
        stickiness: How long a client stays with the side that it came to, up to 7 days; None for each request
            anew. Default: an hour.
        alarm_thresholds: By alarm (`errors`, `unhealthy_targets`) the line above which it fires, or None to
            leave it out. Default: 5 a minute, 0.

    Raises:
        RefusedError: If an option is out of bounds, a priority is taken, or both sides are one; at synth also
            if an override leaves neither side a share.
    """

    rules: list[elbv2.ApplicationListenerRule]
    """What shares the requests, in the order of priorities."""
    alarms: StranglerAlarms
    """`errors` and `unhealthy_targets` of the new service."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        listener: Listener,
        priority: int,
        paths: Sequence[str],
        monolith: Targets,
        service: Targets,
        hosts: Sequence[str] = (),
        weight: int = 0,
        stickiness: Duration | None = AN_HOUR,
        alarm_thresholds: StranglerThresholds | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._refuse_wrong(paths, hosts, weight, stickiness)
        fix = "no two rules have the same"
        require_between(self, "priority", priority, 1, 50_000, fix, rule="service-limit")
        if monolith.target_group_arn == service.target_group_arn:
            fix = "give the target group of the new service"
            raise refusal(self, "service", "another one than monolith", "the same target group", fix)
        action = self._share(monolith, service, weight, stickiness)
        self.rules = [
            self._rule(listener, priority + number, some, hosts, action)
            for number, some in enumerate(_batched(paths, CONDITION_VALUES - len(hosts)))
        ]
        self._of = {"LoadBalancer": full_name_of(listener), "TargetGroup": _full_name(service)}
        self.alarms = define_strangler_alarms(self, self._of, alarm_thresholds)
        check_at_synth(self, self._without_share)

    def metric_target_5xx(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of answers with 5xx of the new service; options as for `cloudwatch.Metric`."""
        return self._metric("HTTPCode_Target_5XX_Count", options)

    def metric_request_count(self, **options: Any) -> cloudwatch.Metric:
        """Return the number of requests that the new service got; options as for `cloudwatch.Metric`."""
        return self._metric("RequestCount", options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [Graph("requests of the new service", [self.metric_request_count(), self.metric_target_5xx()])]

    def _metric(self, name: str, options: Mapping[str, Any]) -> cloudwatch.Metric:
        given = {"statistic": "Sum", **options}
        return cloudwatch.Metric(metric_name=name, namespace=NAMESPACE, dimensions_map=self._of, **given)

    def _refuse_wrong(
        self, paths: Sequence[str], hosts: Sequence[str], weight: int, stickiness: Duration | None
    ) -> None:
        if is_unresolved(weight):
            fix = "read it from the context of the app, such as -c weight=10"
            raise refusal(self, "weight", "known when the app is synthesized", "one of the deployment", fix)
        require_between(self, "weight", weight, 0, ALL, "it is the percentage of the new service")
        if not paths:
            raise refusal(self, "paths", "at least one pattern", "none", "name what moves, such as /orders/*")
        if len(hosts) >= CONDITION_VALUES:
            fix = "define the routes twice, each with some of the hosts"
            raise refusal(self, "hosts", f"at most {CONDITION_VALUES - 1}", len(hosts), fix)
        if stickiness:
            fix = "give None for each request anew"
            require_between(self, "stickiness in seconds", seconds(stickiness), 1, LONGEST_STICKINESS, fix)

    def _share(
        self, monolith: Targets, service: Targets, weight: int, stickiness: Duration | None
    ) -> elbv2.ListenerAction:
        """Return the action; with all or nothing for one side no cookie may hold a client at the other."""
        shares = [(self._here("Monolith", monolith), ALL - weight), (self._here("Next", service), weight)]
        return elbv2.ListenerAction.weighted_forward(
            [elbv2.WeightedTargetGroup(target_group=group, weight=share) for group, share in shares],
            stickiness_duration=stickiness if 0 < weight < ALL else None,
        )

    def _here(self, name: str, targets: Targets) -> Targets:
        """Return a target group; one of another stack by its ARN, or that stack would wait for the rules."""
        if same_stack(targets, self):
            return targets
        arn = targets.target_group_arn
        return elbv2.ApplicationTargetGroup.from_target_group_attributes(self, name, target_group_arn=arn)

    def _rule(
        self,
        listener: Listener,
        priority: int,
        paths: list[str],
        hosts: Sequence[str],
        action: elbv2.ListenerAction,
    ) -> elbv2.ApplicationListenerRule:
        take_priority(self, listener, priority, option="priority")
        conditions = [elbv2.ListenerCondition.path_patterns(paths)]
        conditions += [elbv2.ListenerCondition.host_headers(list(hosts))] if hosts else []
        return elbv2.ApplicationListenerRule(
            self,
            f"Rule{priority}",
            listener=listener,
            priority=priority,
            conditions=conditions,
            action=action,
        )

    def _without_share(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that an override lets send requests to nobody."""
        for rule in self.rules:
            resource = cast(elbv2.CfnListenerRule, default_child(rule))
            actions = synthesized.properties(resource).get("Actions") or [{}]
            groups = actions[-1].get("ForwardConfig", {}).get("TargetGroups", ())
            if groups and not any(each.get("Weight", 1) for each in groups):
                yield refusal(
                    path_of(rule),
                    "Weight",
                    "over 0 for one of both",
                    "0 for all",
                    "take the override back, and give weight",
                    rule="forward-weight",
                    resource=resource,
                )


def _batched(paths: Sequence[str], size: int) -> list[list[str]]:
    return [list(paths[start : start + size]) for start in range(0, len(paths), size)]


def _full_name(targets: Targets) -> str:
    """Return what CloudWatch calls a target group, `targetgroup/<name>/<id>`, also of an imported one."""
    if isinstance(targets, elbv2.ApplicationTargetGroup):
        return targets.target_group_full_name
    return Fn.select(5, Fn.split(":", targets.target_group_arn))
