"""Alarms have an action."""

from collections.abc import Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, attributes, text, written

_ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
_ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")


def _check(graph: Graph) -> Iterator[Violation]:
    silent = [alarm for alarm in graph.of_type(*_ALARMS) if not any(alarm.get(key) for key in _ACTIONS)]
    if not silent:
        return
    used, texts = _references(graph)
    for alarm in silent:
        name = text(alarm.get("AlarmName"))
        if alarm.id not in used and not (name and any(name in other for other in texts)):
            yield Violation(alarm, "Properties.AlarmActions", "is empty and nothing else uses the alarm")


def _references(graph: Graph) -> tuple[set[str], list[str]]:
    """Return the ids that other resources refer to, and the rules of composite alarms as text."""
    used = {
        found.resource_id
        for resource in graph.resources.values()
        for found in attributes(dict(resource.properties))
    }
    return used, [text for resource in graph.resources.values() for text in _by_name(resource)]


def _by_name(resource: Resource) -> Iterator[str]:
    """Yield where a resource may name alarms without a reference."""
    if resource.type not in _ALARMS or resource.get("AlarmRule"):
        keys = (
            "AlarmRule",
            "AlarmIdentifier",
            "Monitors",
            "DeploymentPreference",
            "Alarms",
            "DeploymentConfiguration",
        )
        yield from (written(resource.get(key)) for key in (*keys, "AlarmConfiguration") if resource.get(key))


RULE = Rule(
    id="alarm-without-action",
    title="Alarms have an action",
    severity=Severity.WARNING,
    explanation=(
        "The alarm changes its state and notifies nobody. The people on call learn of the failure "
        "from a customer."
    ),
    fix="set AlarmActions to the ARN of a topic, or use the alarm in a composite alarm or a deployment",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    check=_check,
)
