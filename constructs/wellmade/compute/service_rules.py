"""What must hold of a service as it was synthesized."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import CfnElement
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import IConstruct

from wellmade.facts.load_balancing import DEFAULT_DRAINING, DEFAULT_HEALTH_CHECK, DEFAULT_IDLE_TIMEOUT
from wellmade.kit.lookups import default_child, path_of
from wellmade.kit.numbers import number_of, unjudged
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized

DEFAULT_STOP = 30
"""Seconds between the signal to stop and the end, where the template says nothing."""


@dataclass(frozen=True)
class ServiceRules:
    """The rules that a service keeps, beside its targets and its load balancer."""

    scope: IConstruct
    service: ecs.BaseService
    container: ecs.ContainerDefinition
    targets: Sequence[elbv2.ApplicationTargetGroup]
    load_balancer: IConstruct | None
    """None where it is not known."""
    longest_request: float

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        for each in self.targets:
            resource = cast(elbv2.CfnTargetGroup, default_child(each))
            properties = synthesized.properties(resource)
            yield from self._health(properties, resource)
            yield from self._draining(properties, resource)
        yield from self._stopping(synthesized)
        yield from self._idle(synthesized)
        yield from service_rules(self.scope, self.service, synthesized)

    def _health(
        self, properties: Mapping[str, Any], resource: elbv2.CfnTargetGroup
    ) -> Iterator[RefusedError]:
        interval = properties.get("HealthCheckIntervalSeconds", DEFAULT_HEALTH_CHECK[0])
        timeout = properties.get("HealthCheckTimeoutSeconds", DEFAULT_HEALTH_CHECK[1])
        every, waits = number_of(interval), number_of(timeout)
        if every is None or waits is None:
            values = {"HealthCheckIntervalSeconds": interval, "HealthCheckTimeoutSeconds": timeout}
            yield from unjudged(self.scope, values, rule="health-check-timeout", resource=resource)
        elif waits >= every:
            yield refusal(
                path_of(self.scope),
                "health check timeout",
                f"below its interval of {every:.12g} s",
                f"{waits:.12g} s",
                "or one check still waits when the next begins",
                rule="health-check-timeout",
                resource=resource,
            )

    def _draining(
        self, properties: Mapping[str, Any], resource: elbv2.CfnTargetGroup
    ) -> Iterator[RefusedError]:
        delay = _attribute(
            properties, "TargetGroupAttributes", "deregistration_delay.timeout_seconds", DEFAULT_DRAINING
        )
        fix = "or requests are cut off at every deployment"
        yield from self._long_enough("deregistration delay", delay, fix, resource)

    def _stopping(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        task = cast(ecs.CfnTaskDefinition, default_child(self.service.task_definition))
        containers = synthesized.properties(task).get("ContainerDefinitions", ())
        name = self.container.container_name
        stop = next(
            (each.get("StopTimeout", DEFAULT_STOP) for each in containers if each.get("Name") == name),
            DEFAULT_STOP,
        )
        yield from self._long_enough("stop timeout", stop, "or the program is killed while it answers", task)

    def _idle(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        resource = default_child(self.load_balancer) if self.load_balancer else None
        if not isinstance(resource, elbv2.CfnLoadBalancer):
            return
        properties = synthesized.properties(resource)
        idle = _attribute(
            properties, "LoadBalancerAttributes", "idle_timeout.timeout_seconds", DEFAULT_IDLE_TIMEOUT
        )
        fix = "or the load balancer gives up before the program answers"
        yield from self._long_enough("idle timeout", idle, fix, resource)

    def _long_enough(self, option: str, value: Any, fix: str, resource: CfnElement) -> Iterator[RefusedError]:
        known = number_of(value)
        if known is None:
            yield from unjudged(self.scope, {option: value}, resource=resource)
        elif known < self.longest_request:
            allowed = f"at least the longest request of {self.longest_request:.12g} s"
            yield refusal(path_of(self.scope), option, allowed, f"{known:.12g} s", fix, resource=resource)


def service_rules(
    scope: IConstruct, service: ecs.BaseService, synthesized: Synthesized
) -> Iterator[RefusedError]:
    """Yield a refusal for each rule of a service, whatever it does, that is broken."""
    resource = cast(ecs.CfnService, service.node.find_child("Service"))
    properties = synthesized.properties(resource)
    yield from _rolling(scope, resource, properties.get("DeploymentConfiguration") or {})
    if properties.get("EnableExecuteCommand"):
        fix = "a shell in production is a way round every review; look at the log"
        yield refusal(
            path_of(scope), "enable_execute_command", "off", "on", fix, rule="ecs-exec", resource=resource
        )


def _rolling(
    scope: IConstruct, service: ecs.CfnService, deployment: Mapping[str, Any]
) -> Iterator[RefusedError]:
    least, most = deployment.get("MinimumHealthyPercent", 100), deployment.get("MaximumPercent", 200)
    kept, at_most = number_of(least), number_of(most)
    if kept is None or at_most is None:
        values = {"MinimumHealthyPercent": least, "MaximumPercent": most}
        yield from unjudged(scope, values, rule="deployment-percentages", resource=service)
    elif kept >= 100 >= at_most:
        yield refusal(
            path_of(scope),
            "maximum_percent",
            "above 100 where the minimum is 100",
            f"{at_most:.12g}",
            "or no task can be replaced: none may stop before another has started",
            rule="deployment-percentages",
            resource=service,
        )
    breaker = deployment.get("DeploymentCircuitBreaker") or {}
    if not (breaker.get("Enable") and breaker.get("Rollback")):
        yield refusal(
            path_of(scope),
            "deployment_circuit_breaker",
            "on, with rollback",
            "off",
            "or a release that cannot start is tried indefinitely",
            rule="deployment-circuit-breaker",
            resource=service,
        )


def _attribute(properties: Mapping[str, Any], section: str, key: str, default: float) -> Any:
    """Return an attribute of a load balancer or target group, as it is written."""
    return {each.get("Key"): each.get("Value") for each in properties.get(section) or ()}.get(key, default)
