"""Alarms on too little count missing data as breaching."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals
from wellmade.check.metrics import watched
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph

_FALLING = ("LessThanThreshold", "LessThanOrEqualToThreshold")
_ONLY_WHEN_USED = {
    "AWS/Lambda": ("Invocations",),
    "AWS/ApiGateway": ("Count",),
    "AWS/States": ("ExecutionsStarted", "ExecutionsSucceeded"),
    "AWS/Events": ("Invocations", "TriggeredRules", "MatchedEvents"),
    "AWS/SNS": ("NumberOfMessagesPublished", "NumberOfNotificationsDelivered"),
    "AWS/Kinesis": ("IncomingRecords", "IncomingBytes"),
    "AWS/Firehose": ("IncomingRecords", "IncomingBytes"),
    "AWS/ApplicationELB": ("RequestCount", "HealthyHostCount"),
}
"""Metrics that have no data while nothing happens."""


def _check(graph: Graph) -> Iterator[Violation]:
    for metric in watched(graph):
        alarm = metric.alarm
        if metric.metric in _ONLY_WHEN_USED.get(metric.namespace, ()) and alarm.get("Metrics") is None:
            falls = always_equals(alarm.get("ComparisonOperator"), *_FALLING)
            if falls and always_equals(
                alarm.get("TreatMissingData"), None, "missing", "ignore", "notBreaching"
            ):
                message = (
                    f"is not breaching, and {metric.metric} has no data while nothing happens: never fires"
                )
                yield Violation(alarm, "Properties.TreatMissingData", message)


RULE = Rule(
    id="alarm-without-data",
    title="Alarms on too little count missing data as breaching",
    severity=Severity.ERROR,
    explanation=(
        "When nothing happens the metric has no data at all, and missing data keeps the alarm "
        "where it is. An alarm that waits for a value below one never sees it."
    ),
    fix="set TreatMissingData to breaching",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarms-and-missing-data",
    check=_check,
)
