"""Queue consumers scale on their backlog."""

from collections.abc import Iterator, Sequence

from wellmade.check.delivery.network.instances import role_of_instances
from wellmade.check.groups import GROUP, group_policies, may_serve
from wellmade.check.managed_policies import WIDE, granted_anyway
from wellmade.check.own_load import scaled_by
from wellmade.check.role_permissions import may
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import SERVICE, scaling_policies, serves_traffic
from wellmade.graph import Graph, Resource

_CONSUMES = "sqs:ReceiveMessage"


def _check(graph: Graph) -> Iterator[Violation]:
    for service in graph.of_type(SERVICE):
        task = graph.target(service.get("TaskDefinition"), "AWS::ECS::TaskDefinition")
        if task and not serves_traffic(service) and _consumes(graph, task):
            yield from _by_load(graph, service, list(scaling_policies(graph, service)))
    for group in graph.of_type(GROUP):
        role = role_of_instances(graph, group)
        if role and not may_serve(group) and _consumes(graph, role):
            yield from _by_load(graph, group, list(group_policies(graph, group)))


def _by_load(graph: Graph, scaled: Resource, policies: Sequence[Resource]) -> Iterator[Violation]:
    if found := scaled_by(graph, policies):
        load, path = found
        yield Violation(policies[0], path, f"{scaled.logical_id} consumes a queue and scales on {load} alone")


def _consumes(graph: Graph, worker: Resource) -> bool:
    """Tell whether a task definition or a role of instances may take messages."""
    allowed = (each for each in graph.statements_of(worker) if each.effect == "Allow")
    role = graph.role_of(worker) if worker.type != "AWS::IAM::Role" else worker
    return any(may(each.actions, _CONSUMES) for each in allowed) or (
        role is not None and granted_anyway(graph, role, _CONSUMES, besides=WIDE)
    )


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
