"""Target groups take the kind of target that is registered in them."""

from collections.abc import Iterator

from wellmade.check.conditional import branches
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import SERVICE, task_of
from wellmade.graph import Attribute, Graph, Resource, Value, as_list, as_mapping, text

GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
_KINDS = {
    ("AWS::EC2::Instance", "Ref"): "instance",
    ("AWS::EC2::Instance", "InstanceId"): "instance",
    ("AWS::EC2::Instance", "PrivateIp"): "ip",
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Ref"): "alb",
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerArn"): "alb",
    ("AWS::Lambda::Function", "Arn"): "lambda",
    ("AWS::Serverless::Function", "Arn"): "lambda",
}
_BY_MODE = {"awsvpc": "ip", "bridge": "instance", "host": "instance"}
Registered = tuple[Resource, Value, str, str]
"""Who registers, in which target group, what, and which type that needs."""


def _check(graph: Graph) -> Iterator[Violation]:
    for who, named, what, wanted in (*_services(graph), *_fleets(graph), *_targets(graph)):
        group = graph.target(named, GROUP)
        if group is None or len(set(map(str, branches(named)))) > 1:
            continue
        kinds = {text(each) for each in branches(group.get("TargetType", "instance"))}
        if None not in kinds and wanted not in kinds:
            message = f"is {', '.join(map(str, kinds))}, but {who.logical_id} registers {what}"
            yield Violation(group, "Properties.TargetType", message, f"set TargetType to {wanted}")


def _services(graph: Graph) -> Iterator[Registered]:
    for service in graph.of_type(SERVICE):
        mode = _mode(graph, service)
        for entry in map(as_mapping, as_list(service.get("LoadBalancers"))):
            if mode in _BY_MODE:
                what = f"tasks in network mode {mode}"
                yield service, entry.get("TargetGroupArn"), what, _BY_MODE[mode]


def _mode(graph: Graph, service: Resource) -> str:
    """Return the network mode of a service's tasks; empty where the templates do not show it."""
    if service.get("LaunchType") == "FARGATE":
        return "awsvpc"
    task = task_of(graph, service)
    return text(task.get("NetworkMode")) or "" if task else ""


def _fleets(graph: Graph) -> Iterator[Registered]:
    for fleet in graph.of_type("AWS::AutoScaling::AutoScalingGroup"):
        for named in as_list(fleet.get("TargetGroupARNs")):
            yield fleet, named, "instances", "instance"


def _targets(graph: Graph) -> Iterator[Registered]:
    for group in graph.of_type(GROUP):
        for entry in map(as_mapping, as_list(group.get("Targets"))):
            value = entry.get("Id")
            target = graph.target(value)
            how = value.name if isinstance(value, Attribute) else ""
            wanted = _KINDS.get((target.type, how)) if target else None
            if wanted and target:
                what = f"{target.logical_id} by its {'address' if wanted == 'ip' else 'id'}"
                yield group, Attribute(group.id, "Ref"), what, wanted


RULE = Rule(
    id="target-kind",
    title="Target groups take the kind of target that is registered in them",
    severity=Severity.ERROR,
    explanation=(
        "A target group takes instances by their ids, addresses, functions or a load balancer, and one "
        "kind only. Tasks in network mode awsvpc register addresses, all others and Auto Scaling groups "
        "instances. The registration is refused, and the deployment fails."
    ),
    fix="set TargetType to the kind that is registered",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html",
    check=_check,
)
