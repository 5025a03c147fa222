"""A target group that sends requests to a function, and what must hold of it at synth."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct, IConstruct

from wellmade.compute.routing import Routing
from wellmade.facts.lambda_ import DEFAULT_TIMEOUT
from wellmade.facts.load_balancing import DEFAULT_IDLE_TIMEOUT, IDLE_TIMEOUT, MULTI_VALUE_HEADERS
from wellmade.foundation.function_option import Handling
from wellmade.foundation.invoke_permission import let_service_invoke
from wellmade.kit.lookups import default_child, path_of, stack_of
from wellmade.kit.names import early_name
from wellmade.kit.numbers import number_of, unjudged
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized
from wellmade.kit.workload import resource_of

TARGETS = "Targets"
LONGEST_NAME = 32
SERVICE = "elasticloadbalancing.amazonaws.com"
CHECK_INTERVAL = Duration.seconds(35)
"""Each check is an invocation that is paid for."""
CHECK_TIMEOUT = Duration.seconds(30)


def define_function_targets(
    scope: Construct, function: Handling, health_check_path: str | None
) -> elbv2.ApplicationTargetGroup:
    """Define a target group that sends requests to a function, and let it invoke the function.

    The permission names the group, which the load balancing service takes only once the permission is there:
    the group's name is known early.

    Args:
        scope: The pattern.
        function: What answers.
        health_check_path: Where the load balancer asks whether it answers; None where it does not ask.
    """
    name = early_name(scope, TARGETS, max_length=LONGEST_NAME)
    targets = elbv2.ApplicationTargetGroup(
        scope,
        TARGETS,
        target_group_name=name,
        target_type=elbv2.TargetType.LAMBDA,
        health_check=_health_check(health_check_path),
    )
    targets.set_attribute(MULTI_VALUE_HEADERS, "true")
    arn = stack_of(scope).format_arn(
        service="elasticloadbalancing", resource="targetgroup", resource_name=f"{name}/*"
    )
    permission = let_service_invoke(
        scope, function, "Invoke", service=SERVICE, source_arn=arn, what="target groups"
    )
    resource = cast(elbv2.CfnTargetGroup, default_child(targets))
    resource.targets = [elbv2.CfnTargetGroup.TargetDescriptionProperty(id=function.invocable.function_arn)]
    if permission is not None:
        cast(Construct, targets).node.add_dependency(permission)
    return targets


def _health_check(path: str | None) -> elbv2.HealthCheck:
    if path is None:
        return elbv2.HealthCheck(enabled=False)
    return elbv2.HealthCheck(
        enabled=True, path=path, interval=CHECK_INTERVAL, timeout=CHECK_TIMEOUT, healthy_http_codes="200"
    )


@dataclass(frozen=True)
class FunctionTargetRules:
    """The rule that a function behind a load balancer keeps."""

    scope: IConstruct
    function: Handling
    targets: elbv2.ApplicationTargetGroup
    routing: Routing

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal where the function may take longer than the load balancer waits."""
        resource = resource_of(self.function.given)
        if resource is None:
            return
        timeout = synthesized.properties(resource).get("Timeout", DEFAULT_TIMEOUT)
        idle = self._idle_timeout(synthesized)
        runs, waits = number_of(timeout), number_of(idle)
        if runs is None or waits is None:
            values = {"Timeout": timeout, IDLE_TIMEOUT: idle}
            yield from unjudged(self.scope, values, rule="balancer-function-timeout", resource=resource)
        elif runs > waits:
            yield refusal(
                path_of(self.scope),
                f"timeout of {path_of(self.function.given)}",
                f"at most {waits:.12g} s, which is how long the load balancer waits",
                f"{runs:.12g} s",
                "shorten it, or raise the load balancer's idle timeout",
                rule="balancer-function-timeout",
                resource=resource,
            )

    def _idle_timeout(self, synthesized: Synthesized) -> Any:
        balancer = cast(IConstruct | None, self.routing.load_balancer)
        resource = default_child(balancer) if balancer else None
        if not isinstance(resource, elbv2.CfnLoadBalancer):
            return self.routing.idle_timeout
        given = synthesized.properties(resource).get("LoadBalancerAttributes") or ()
        return {each.get("Key"): each.get("Value") for each in given}.get(IDLE_TIMEOUT, DEFAULT_IDLE_TIMEOUT)
