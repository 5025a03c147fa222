"""Queue consumers scale on their backlog."""

from collections.abc import Iterable, Iterator

from wellmade.check.conditional import always_equals
from wellmade.check.delivery.network.instances import role_of_instances
from wellmade.check.role_permissions import may
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import SERVICE, scaling_policies, serves_traffic
from wellmade.graph import Graph, Resource, Statement

_CPU = "ECSServiceAverageCPUUtilization"
_METRIC = "TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.PredefinedMetricType"
_CONSUMES = "sqs:ReceiveMessage"
_FLEET_POLICY = "AWS::AutoScaling::ScalingPolicy"
_FLEET_CPU = "ASGAverageCPUUtilization"
_FLEET_METRIC = "TargetTrackingConfiguration.PredefinedMetricSpecification.PredefinedMetricType"


def _check(graph: Graph) -> Iterator[Violation]:
    yield from _services(graph)
    yield from _fleets(graph)


def _services(graph: Graph) -> Iterator[Violation]:
    for service in graph.of_type(SERVICE):
        policies = list(scaling_policies(graph, service))
        by_cpu = bool(policies) and all(always_equals(policy.get(_METRIC), _CPU) for policy in policies)
        if by_cpu and not serves_traffic(service) and _consumes(graph, service):
            message = f"{service.logical_id} consumes a queue and scales on CPU alone"
            yield Violation(policies[0], f"Properties.{_METRIC}", message)


def _fleets(graph: Graph) -> Iterator[Violation]:
    """Yield groups of instances; what serves a load balancer is no consumer."""
    for fleet in graph.of_type("AWS::AutoScaling::AutoScalingGroup"):
        policies = [
            policy
            for policy in graph.of_type(_FLEET_POLICY)
            if graph.target(policy.get("AutoScalingGroupName")) is fleet
        ]
        by_cpu = bool(policies) and all(
            always_equals(policy.get(_FLEET_METRIC), _FLEET_CPU) for policy in policies
        )
        role = role_of_instances(graph, fleet)
        if by_cpu and role and not fleet.get("TargetGroupARNs") and _may_consume(graph.statements_of(role)):
            message = f"{fleet.logical_id} consumes a queue and scales on CPU alone"
            yield Violation(policies[0], f"Properties.{_FLEET_METRIC}", message)


def _consumes(graph: Graph, service: Resource) -> bool:
    task = graph.target(service.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
    statements = graph.statements_of(task) if task else []
    return _may_consume(statements)


def _may_consume(statements: Iterable[Statement]) -> bool:
    return any(entry.effect == "Allow" and may(entry.actions, _CONSUMES) for entry in statements)


RULE = Rule(
    id="cpu-scaled-consumer",
    title="Queue consumers scale on their backlog",
    severity=Severity.WARNING,
    explanation=(
        "A consumer that waits for a slow database has little CPU to show while messages pile up, so nothing "
        "scales out. After the backlog it scales in by CPU although messages still come."
    ),
    fix="track the backlog per task: ApproximateNumberOfMessagesVisible / running tasks",
    source="https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-using-sqs-queue.html",
    check=_check,
)
