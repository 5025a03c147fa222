"""How requests come to the tasks: by a load balancer, ours or the user's, or by a shared listener."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from aws_cdk import Fn, RemovalPolicy
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as route53_targets
from constructs import Construct

from wellmade.compute.load_balancer import (
    AnyLoadBalancer,
    Listener,
    certificate_of,
    define_listener,
    define_load_balancer,
)
from wellmade.compute.options import Ingress, ListenerRule
from wellmade.facts.load_balancing import DEFAULT_IDLE_TIMEOUT
from wellmade.kit.lookups import default_child, is_unresolved, path_of, root_of, seconds, stack_of
from wellmade.kit.refusals import refusal, require_between
from wellmade.kit.registry import Registry

_priorities: Registry[dict[tuple[str, float], str]] = Registry(dict)
"""Who has which priority of which listener."""


@dataclass(frozen=True)
class Routing:
    """A listener and what it sends to the tasks."""

    listener: Listener
    load_balancer: AnyLoadBalancer | None
    """None where only a listener is known, which is imported."""
    sender: ec2.IConnectable
    """What connects to the tasks."""
    full_name: str
    """What CloudWatch calls the load balancer."""
    idle_timeout: float
    url: str | None
    port: int
    certificate: acm.ICertificate | None = None
    rule: elbv2.ApplicationListenerRule | None = None
    """Of a shared listener."""
    is_own: bool = False
    public: bool = False
    """Whether it is reached from outside of the network."""

    @property
    def dimensions(self) -> Mapping[str, str]:
        """The load balancer's dimensions in CloudWatch."""
        return {"LoadBalancer": self.full_name}


def define_routing(
    scope: Construct,
    vpc: ec2.IVpc,
    ingress: Ingress | ListenerRule,
    targets: elbv2.ApplicationTargetGroup,
    *,
    load_balancer: AnyLoadBalancer | None,
    log_removal: RemovalPolicy,
) -> Routing:
    """Define what leads to the targets.

    Raises:
        RefusedError: If both a load balancer and a listener are given, or what both need is not.
    """
    if isinstance(ingress, ListenerRule):
        if load_balancer:
            fix = "give the rule alone: its listener knows the load balancer"
            raise refusal(scope, "load_balancer", "left out beside a ListenerRule", "both", fix)
        return _share(scope, targets, ingress)
    return _route(scope, vpc, ingress, targets, load_balancer, log_removal)


def _route(
    scope: Construct,
    vpc: ec2.IVpc,
    ingress: Ingress,
    targets: elbv2.ApplicationTargetGroup,
    given: AnyLoadBalancer | None,
    log_removal: RemovalPolicy,
) -> Routing:
    certificate = certificate_of(scope, ingress)
    port = 443 if certificate else 80
    if given:
        refuse_taken_port(scope, given, port, "share it: ingress=ListenerRule(listener, priority=…)")
    balancer = given or define_load_balancer(
        scope, vpc, ingress, has_certificate=certificate is not None, log_removal=log_removal
    )
    # Of a load balancer of the user's, port 80 is the user's too; its group lets in whom the user lets in.
    redirects = given is None and ingress.public
    serving = define_listener(
        scope, balancer, certificate, targets, redirects=redirects, opens=given is not None and ingress.public
    )
    if ingress.domain and ingress.zone:
        target = route53.RecordTarget.from_alias(
            route53_targets.LoadBalancerTarget(cast(elbv2.ILoadBalancerV2, balancer))
        )
        route53.ARecord(scope, "Name", zone=ingress.zone, record_name=ingress.domain, target=target)
    scheme = "https" if certificate else "http"
    return Routing(
        listener=serving,
        load_balancer=balancer,
        sender=cast(ec2.IConnectable, balancer),
        full_name=full_name_of(serving),
        idle_timeout=_idle_timeout(balancer),
        url=f"{scheme}://{ingress.domain or balancer.load_balancer_dns_name}",
        port=port,
        certificate=certificate,
        is_own=given is None,
        public=ingress.public,
    )


def _share(scope: Construct, targets: elbv2.ApplicationTargetGroup, given: ListenerRule) -> Routing:
    require_between(
        scope,
        "ingress.priority",
        given.priority,
        1,
        50_000,
        "no two rules have the same",
        rule="service-limit",
    )
    take_priority(scope, given.listener, given.priority)
    rule = elbv2.ApplicationListenerRule(
        scope,
        "Rule",
        listener=given.listener,
        priority=given.priority,
        conditions=conditions_of(given),
        target_groups=[targets],
    )
    defined = given.listener if isinstance(given.listener, elbv2.ApplicationListener) else None
    balancer = defined.load_balancer if defined else None
    told = seconds(given.idle_timeout) if given.idle_timeout else None
    known = _idle_timeout(balancer) if balancer else float(DEFAULT_IDLE_TIMEOUT)
    return Routing(
        listener=given.listener,
        load_balancer=balancer,
        sender=cast(ec2.IConnectable, given.listener),
        full_name=full_name_of(given.listener),
        idle_timeout=told or known,
        url=_url(given, balancer),
        port=_port(defined),
        rule=rule,
        public=_is_public(balancer) if given.public is None else given.public,
    )


def conditions_of(given: ListenerRule) -> list[elbv2.ListenerCondition]:
    """Return which requests a rule takes."""
    conditions = [elbv2.ListenerCondition.path_patterns(list(given.paths) or ["/*"])]
    if given.hosts:
        conditions.append(elbv2.ListenerCondition.host_headers(list(given.hosts)))
    return conditions


def _is_public(balancer: AnyLoadBalancer | None) -> bool:
    resource = default_child(balancer) if balancer else None
    return isinstance(resource, elbv2.CfnLoadBalancer) and resource.scheme == "internet-facing"


def _url(given: ListenerRule, balancer: AnyLoadBalancer | None) -> str | None:
    hosts = [host for host in given.hosts if "*" not in host]
    name = next(iter(hosts), balancer.load_balancer_dns_name if balancer else None)
    defined = given.listener if isinstance(given.listener, elbv2.ApplicationListener) else None
    scheme = "http" if _port(defined) == 80 else "https"
    return f"{scheme}://{name}" if name else None


def _port(listener: elbv2.ApplicationListener | None) -> int:
    """Return the port of a listener; an imported one is taken for HTTPS."""
    resource = default_child(listener) if listener else None
    port = resource.port if isinstance(resource, elbv2.CfnListener) else None
    return 443 if port is None or is_unresolved(port) else int(port)


def full_name_of(listener: Listener) -> str:
    """Return `app/<name>/<id>` of a listener's ARN, whether or not the ARN is known."""
    parts = Fn.split("/", listener.listener_arn)
    return Fn.join("/", [Fn.select(number, parts) for number in (1, 2, 3)])


def _idle_timeout(load_balancer: AnyLoadBalancer) -> float:
    """Return a load balancer's idle timeout in seconds; AWS's default where it is imported."""
    resource = default_child(load_balancer)
    if not isinstance(resource, elbv2.CfnLoadBalancer):
        return float(DEFAULT_IDLE_TIMEOUT)
    attributes = stack_of(load_balancer).resolve(resource.load_balancer_attributes) or ()
    found = {each["key"]: each["value"] for each in attributes}
    return float(found.get("idle_timeout.timeout_seconds", DEFAULT_IDLE_TIMEOUT))


def take_priority(
    scope: Construct, listener: Listener, priority: int, *, option: str = "ingress.priority"
) -> None:
    """Take a priority of a listener for one rule.

    Raises:
        RefusedError: If another rule of the app has it, in whichever stack.
    """
    arn = listener.listener_arn
    known = path_of(listener) if is_unresolved(arn) else arn
    taken = _priorities.of(root_of(scope)).setdefault((known, priority), path_of(scope))
    if taken != path_of(scope):
        raise refusal(
            scope,
            option,
            "another one for each rule of a listener",
            f"{priority}, which {taken} has",
            "take another",
            rule="listener-conflict",
        )


def refuse_taken_port(scope: Construct, load_balancer: AnyLoadBalancer, port: int, fix: str) -> None:
    """Raise where a load balancer, as far as it is known, has a listener on a port.

    Raises:
        RefusedError: If it has.
    """
    if not isinstance(load_balancer, elbv2.ApplicationLoadBalancer):
        return
    taken = {_port(listener) for listener in load_balancer.listeners}
    if port in taken:
        allowed = f"one without a listener on {port}"
        raise refusal(
            scope, "load_balancer", allowed, "one with such a listener", fix, rule="listener-conflict"
        )
