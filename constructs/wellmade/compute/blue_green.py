"""Two sets of tasks, and a listener that moves from the one to the other."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.compute.load_balancer import Listener
from wellmade.compute.options import Ingress, ListenerRule
from wellmade.compute.routing import Routing, conditions_of, refuse_taken_port, take_priority
from wellmade.kit.lookups import stack_of
from wellmade.kit.placement import ranges_of
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.service_principals import service_of

LAST = 50_000
"""The priority that is asked last."""

_LOOKS = [
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
]


def alternate_target(
    scope: Construct,
    vpc: ec2.IVpc,
    ingress: Ingress | ListenerRule,
    routing: Routing,
    blue: elbv2.ApplicationTargetGroup,
    green: elbv2.ApplicationTargetGroup,
) -> tuple[ecs.AlternateTarget, WorkloadRole]:
    """Return the other set of tasks, so that ECS itself deploys blue and green, without CodeDeploy.

    The role by which it does is returned too: a service waits for its policies. Where the listener is shared,
    a listener for tests is the user's to give.
    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html
    """
    production = routing.rule or _rule(scope, "Production", routing.listener, blue)
    test = _test_rule(scope, vpc, ingress, routing, green)
    role = _role(scope, [blue, green], [production, *([test] if test else [])])
    target = ecs.AlternateTarget(
        "Green",
        alternate_target_group=green,
        production_listener=ecs.ListenerRuleConfiguration.application_listener_rule(production),
        test_listener=ecs.ListenerRuleConfiguration.application_listener_rule(test) if test else None,
        role=cast(iam.IRole, role),
    )
    return target, role


def _rule(
    scope: Construct,
    construct_id: str,
    listener: Listener,
    targets: elbv2.ApplicationTargetGroup,
    shared: ListenerRule | None = None,
) -> elbv2.ApplicationListenerRule:
    """Return a rule, since ECS moves rules and not a listener's default: the shared one's, or for every path.

    What is for every path is asked last: others may share the listener, and each has its paths.
    """
    priority = shared.priority if shared else LAST
    take_priority(scope, listener, priority)
    every = elbv2.ListenerCondition.path_patterns(["/*"])
    return elbv2.ApplicationListenerRule(
        scope,
        construct_id,
        listener=listener,
        priority=priority,
        conditions=conditions_of(shared) if shared else [every],
        target_groups=[targets],
    )


def _test_rule(
    scope: Construct,
    vpc: ec2.IVpc,
    ingress: Ingress | ListenerRule,
    routing: Routing,
    green: elbv2.ApplicationTargetGroup,
) -> elbv2.ApplicationListenerRule | None:
    """Return by what the new tasks are asked before requests move; None where nobody gave a listener."""
    if isinstance(ingress, Ingress):
        if ingress.test_port is None:
            return None
        ranges = ranges_of(scope, vpc, ingress.further_cidrs)
        listener = _test_listener(scope, routing, green, ranges, ingress.test_port)
        return _rule(scope, "Test", listener, green)
    return _rule(scope, "Test", ingress.test_listener, green, ingress) if ingress.test_listener else None


def _test_listener(
    scope: Construct,
    routing: Routing,
    green: elbv2.ApplicationTargetGroup,
    ranges: Sequence[str],
    port: int,
) -> elbv2.ApplicationListener:
    balancer = cast(elbv2.ApplicationLoadBalancer, routing.load_balancer)
    fix = "give another ingress.test_port, or share both: ingress=ListenerRule(…, test_listener=…)"
    refuse_taken_port(scope, balancer, port, fix)
    certificate = routing.certificate
    listener = elbv2.ApplicationListener(
        scope,
        "TestListener",
        load_balancer=balancer,
        port=port,
        protocol=elbv2.ApplicationProtocol.HTTPS if certificate else elbv2.ApplicationProtocol.HTTP,
        certificates=[certificate] if certificate else None,
        ssl_policy=elbv2.SslPolicy.RECOMMENDED_TLS if certificate else None,
        open=False,
        default_target_groups=[green],
    )
    for each in ranges:
        inside = ec2.Peer.ipv4(each)
        balancer.connections.allow_from(inside, ec2.Port.tcp(port), "tests of a release")
    return listener


def _role(
    scope: Construct,
    targets: list[elbv2.ApplicationTargetGroup],
    rules: list[elbv2.ApplicationListenerRule],
) -> WorkloadRole:
    any_of_ecs = stack_of(scope).format_arn(service="ecs", resource="*")
    role = WorkloadRole(
        scope,
        "ShiftRole",
        assumed_by=service_of(scope, "ecs.amazonaws.com", any_of_ecs),
        policy_name="Shift",
    )
    used_by = "ECS, to move requests from the old tasks to the new"
    role.allow(
        ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
        [each.target_group_arn for each in targets],
        used_by=used_by,
    )
    role.allow(
        ["elasticloadbalancing:ModifyRule"],
        [rule.listener_rule_arn for rule in rules],
        used_by=used_by,
    )
    reason = "Descriptions of load balancing have no resources to name"
    role.allow(_LOOKS, ["*"], reason=reason, used_by=used_by)
    return role
