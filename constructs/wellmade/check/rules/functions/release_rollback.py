"""Alarms take a gradual release back."""

from collections.abc import Iterator

from wellmade.check.conditional import always_empty, always_equals, not_on, possibly_set
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.check.services import SERVICE
from wellmade.facts.releases import AT_ONCE, MOVING, STOP_ON_ALARM
from wellmade.graph import Graph, Resource, as_list, is_known, text

_DEPLOYMENT = "DeploymentConfiguration"
_GRADUAL = ("CodeDeployDefault.Lambda", "CodeDeployDefault.ECS")
_STEPS = ("TimeBasedCanary", "TimeBasedLinear")
_OF_ECS = "set Alarms of the DeploymentConfiguration to {Enable: true, Rollback: true, AlarmNames: […]}"


def _check(graph: Graph) -> Iterator[Violation]:
    for group in graph.of_type("AWS::CodeDeploy::DeploymentGroup"):
        application = graph.target(group.get("ApplicationName"))
        shifts = application and always_equals(application.get("ComputePlatform"), "Lambda", "ECS")
        if shifts and _is_gradual(graph, group):
            yield from _not_taken_back(group)
    for service in graph.of_type(SERVICE):
        if always_equals(service.get(f"{_DEPLOYMENT}.Strategy"), *MOVING):
            yield from _not_moved_back(service)


def _not_moved_back(service: Resource) -> Iterator[Violation]:
    """Yield what is missing where ECS moves requests; functions that judge each step may take its place."""
    alarms, path = f"{_DEPLOYMENT}.Alarms", f"Properties.{_DEPLOYMENT}.Alarms"
    if not always_empty(service.get(f"{_DEPLOYMENT}.LifecycleHooks")):
        return
    if not_on(service, f"{alarms}.Enable") or always_empty(service.get(f"{alarms}.AlarmNames")):
        yield Violation(service, path, "has no alarm that ends a release", _OF_ECS)
    elif not_on(service, f"{alarms}.Rollback"):
        yield Violation(service, f"{path}.Rollback", "does not move requests back on an alarm", _OF_ECS)


def _is_gradual(graph: Graph, group: Resource) -> bool:
    """Tell whether there is time for an alarm; without a configuration CodeDeploy shifts all at once."""
    given = group.get("DeploymentConfigName")
    own = graph.target(given, "AWS::CodeDeploy::DeploymentConfig")
    if own:
        return always_equals(own.get("TrafficRoutingConfig.Type"), *_STEPS)
    config = text(given)
    return config is not None and config.startswith(_GRADUAL) and config not in AT_ONCE


def _not_taken_back(group: Resource) -> Iterator[Violation]:
    alarms = group.get("AlarmConfiguration.Alarms")
    is_off = group.flag("AlarmConfiguration.Enabled", default=False) is False
    if not possibly_set(alarms) or is_off:
        yield Violation(group, "Properties.AlarmConfiguration", "has no alarm that ends a release")
        return
    events = group.get("AutoRollbackConfiguration.Events")
    listed = [text(each) for each in as_list(events)]
    is_left = is_known(events) and None not in listed and STOP_ON_ALARM not in listed
    if is_left or group.flag("AutoRollbackConfiguration.Enabled", default=False) is False:
        message = f"does not take traffic back on {STOP_ON_ALARM}"
        yield Violation(group, "Properties.AutoRollbackConfiguration", message)


RULE = Rule(
    id="release-rollback",
    title="Alarms take a gradual release back",
    severity=Severity.WARNING,
    explanation=(
        "Traffic is shifted step by step so that few requests meet a fault. Without an alarm that ends the "
        "release and takes the traffic back, the rest of the requests meet it some minutes later."
    ),
    fix=f"set AlarmConfiguration with alarms, and AutoRollbackConfiguration with {STOP_ON_ALARM}",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html",
    check=_check,
)
