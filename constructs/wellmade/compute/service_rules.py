"""What must still hold of a service at synth, after anybody reached through to its resources."""

from dataclasses import dataclass
from typing import cast

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import IConstruct

from wellmade.foundation.refusal import refusal_message
from wellmade.foundation.tree import stack_of


@dataclass(frozen=True)
class ServiceRules:
    """The rules that a service keeps, beside its targets."""

    scope: IConstruct
    service: ecs.FargateService
    container: ecs.ContainerDefinition
    targets: elbv2.ApplicationTargetGroup
    longest_request: float

    def broken(self) -> list[str]:
        """Return a sentence for each rule that is broken."""
        resource = cast(ecs.CfnService, self.service.node.find_child("Service"))
        found = [self._health(), self._draining(), self._stopping()]
        found += [_rolling(self.scope, resource), _exec(self.scope, resource)]
        return [message for message in found if message]

    def _health(self) -> str | None:
        check = self.targets.health_check
        interval = check.interval.to_seconds() if check.interval else 30
        timeout = check.timeout.to_seconds() if check.timeout else 5
        if timeout < interval:
            return None
        fix = "or one check still waits when the next begins"
        return refusal_message(
            self.scope,
            "health check timeout",
            f"below its interval of {interval:.12g} s",
            f"{timeout:.12g} s",
            fix,
        )

    def _draining(self) -> str | None:
        resource = cast(elbv2.CfnTargetGroup, self.targets.node.default_child)
        rendered = stack_of(self.scope).resolve(resource.target_group_attributes) or []
        attributes = {each["key"]: each["value"] for each in rendered}
        delay = float(attributes.get("deregistration_delay.timeout_seconds", 300))
        if delay >= self.longest_request:
            return None
        allowed = f"at least the longest request of {self.longest_request:.12g} s"
        fix = "or requests are cut off at every deployment"
        return refusal_message(self.scope, "deregistration delay", allowed, f"{delay:.12g} s", fix)

    def _stopping(self) -> str | None:
        stop = float(self.container.render_container_definition().stop_timeout or 30)
        if stop >= self.longest_request:
            return None
        allowed = f"at least the longest request of {self.longest_request:.12g} s"
        fix = "or the program is killed while it answers"
        return refusal_message(self.scope, "stop timeout", allowed, f"{stop:.12g} s", fix)


def _rolling(scope: IConstruct, service: ecs.CfnService) -> str | None:
    deployment = stack_of(scope).resolve(service.deployment_configuration) or {}
    least, most = deployment.get("minimumHealthyPercent", 100), deployment.get("maximumPercent", 200)
    if least < 100 or most > 100:
        return None
    fix = "or no task can be replaced: none may stop before another has started"
    return refusal_message(
        scope, "maximum_percent", "above 100 where the minimum is 100", f"{most:.12g}", fix
    )


def _exec(scope: IConstruct, service: ecs.CfnService) -> str | None:
    if not service.enable_execute_command:
        return None
    fix = "a shell in production is a way round every review; look at the log"
    return refusal_message(scope, "enable_execute_command", "off", "on", fix)
