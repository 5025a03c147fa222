"""Services with two sets of targets scale by the requests of both."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import SERVICE, scaling_policies
from wellmade.facts.releases import MOVING
from wellmade.graph import Graph, Resource, as_list, as_mapping

_METRIC = "TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.PredefinedMetricType"
_ONE_SET = "ALBRequestCountPerTarget"
_OWN = "TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification"
_GROUP = "TargetGroup"


def _check(graph: Graph) -> Iterator[Violation]:
    for service in graph.of_type(SERVICE):
        if not _moves(service):
            continue
        for policy in scaling_policies(graph, service):
            path = _METRIC if always_equals(policy.get(_METRIC), _ONE_SET) else f"{_OWN}.Dimensions"
            if path == _METRIC or _names_a_group(policy):
                message = f"counts one set of targets, and a release moves {service.logical_id} to the other"
                yield Violation(policy, f"Properties.{path}", message)


def _names_a_group(policy: Resource) -> bool:
    """Tell whether a policy's own metric, one without metric math, is that of one target group."""
    dimensions = map(as_mapping, as_list(policy.get(f"{_OWN}.Dimensions")))
    return any(each.get("Name") == _GROUP for each in dimensions)


def _moves(service: Resource) -> bool:
    strategy = service.get("DeploymentConfiguration.Strategy")
    return always_equals(strategy, *MOVING) or always_equals(
        service.get("DeploymentController.Type"), "CODE_DEPLOY"
    )


RULE = Rule(
    id="requests-of-one-set",
    title="Services with two sets of targets scale by the requests of both",
    severity=Severity.WARNING,
    explanation=(
        "A blue-green, canary or linear release leaves the requests with the other target group. A policy on "
        "ALBRequestCountPerTarget names one, sees no requests from then on, and neither adds tasks for them "
        "nor takes any away."
    ),
    fix="track the sum of RequestCountPerTarget of both target groups, by metric math",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html",
    check=_check,
)
