"""Alarms take a gradual release back."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals, possibly_set
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.releases import AT_ONCE, STOP_ON_ALARM
from wellmade.graph import Graph, Resource, as_list, is_known, text


def _check(graph: Graph) -> Iterator[Violation]:
    for group in graph.of_type("AWS::CodeDeploy::DeploymentGroup"):
        application = graph.target(group.get("ApplicationName"))
        is_of_lambda = application and always_equals(application.get("ComputePlatform"), "Lambda")
        if is_of_lambda and _is_gradual(group):
            yield from _not_taken_back(group)


def _is_gradual(group: Resource) -> bool:
    """Tell whether there is time for an alarm; without a configuration CodeDeploy shifts all at once."""
    config = text(group.get("DeploymentConfigName"))
    return config is not None and config.startswith("CodeDeployDefault.Lambda") and config != AT_ONCE


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
