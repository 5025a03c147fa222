"""Two sets of tasks, and a load balancer that moves from the one to the other."""

from typing import cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from constructs import Construct

from wellmade.compute.front_door import FrontDoor, define_targets
from wellmade.compute.options import Entry
from wellmade.foundation.tree import stack_of
from wellmade.foundation.workload_role import WorkloadRole, service_of

TEST_PORT = 8443
"""Where the new tasks answer before the switch, inside the network alone."""

_LOOKS = [
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
]


def alternate_target(scope: Construct, vpc: ec2.IVpc, entry: Entry, door: FrontDoor) -> ecs.AlternateTarget:
    """Return the other set of tasks, so that ECS itself deploys blue and green, without CodeDeploy.

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html
    """
    green = define_targets(scope, "GreenTargets", vpc, entry)
    production = _rule(scope, "Production", door.listener, door.targets)
    test_listener = _test_listener(door, green, vpc)
    test = _rule(scope, "Test", test_listener, green)
    return ecs.AlternateTarget(
        "Green",
        alternate_target_group=green,
        production_listener=ecs.ListenerRuleConfiguration.application_listener_rule(production),
        test_listener=ecs.ListenerRuleConfiguration.application_listener_rule(test),
        role=cast(iam.IRole, _role(scope, door, green, [production, test])),
    )


def _rule(
    scope: Construct,
    construct_id: str,
    listener: elbv2.ApplicationListener,
    targets: elbv2.ApplicationTargetGroup,
) -> elbv2.ApplicationListenerRule:
    """Return a rule for every path: ECS moves rules, not a listener's default."""
    return elbv2.ApplicationListenerRule(
        scope,
        construct_id,
        listener=listener,
        priority=1,
        conditions=[elbv2.ListenerCondition.path_patterns(["/*"])],
        target_groups=[targets],
    )


def _test_listener(
    door: FrontDoor, green: elbv2.ApplicationTargetGroup, vpc: ec2.IVpc
) -> elbv2.ApplicationListener:
    listener = door.load_balancer.add_listener(
        "TestListener",
        port=TEST_PORT,
        protocol=elbv2.ApplicationProtocol.HTTPS if door.certificate else elbv2.ApplicationProtocol.HTTP,
        certificates=[door.certificate] if door.certificate else None,
        ssl_policy=elbv2.SslPolicy.RECOMMENDED_TLS if door.certificate else None,
        open=False,
        default_target_groups=[green],
    )
    inside = ec2.Peer.ipv4(vpc.vpc_cidr_block)
    door.load_balancer.connections.allow_from(inside, ec2.Port.tcp(TEST_PORT), "tests of a release")
    return listener


def _role(
    scope: Construct,
    door: FrontDoor,
    green: elbv2.ApplicationTargetGroup,
    rules: list[elbv2.ApplicationListenerRule],
) -> WorkloadRole:
    any_of_ecs = stack_of(scope).format_arn(service="ecs", resource="*")
    role = WorkloadRole(
        scope,
        "ShiftRole",
        assumed_by=service_of(scope, "ecs.amazonaws.com", any_of_ecs),
        policy_name="Shift",
    )
    called_by = "ECS, to move requests from the old tasks to the new"
    role.allow(
        ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
        [door.targets.target_group_arn, green.target_group_arn],
        called_by=called_by,
    )
    role.allow(
        ["elasticloadbalancing:ModifyRule"],
        [rule.listener_rule_arn for rule in rules],
        called_by=called_by,
    )
    reason = "Descriptions of load balancing have no resources to name"
    role.allow(_LOOKS, ["*"], reason=reason, called_by=called_by)
    return role
