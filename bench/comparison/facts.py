"""What a template says of how files are worked on, as answers that can be compared."""

from collections.abc import Callable, Mapping
from typing import Any

Template = Mapping[str, Any]
_LONGEST = 1_209_600
"""Seconds that a queue can keep a message."""


def of_type(template: Template, kind: str) -> list[Mapping[str, Any]]:
    """Return the properties of every resource of a type."""
    resources = template["Resources"].values()
    return [each.get("Properties", {}) for each in resources if each["Type"] == f"AWS::{kind}"]


def _the_function(template: Template) -> Mapping[str, Any]:
    """Return the function that works on messages: the others configure notifications."""
    [source] = of_type(template, "Lambda::EventSourceMapping")
    name = source["FunctionName"]
    return template["Resources"][name.get("Ref") or name["Fn::GetAtt"][0]]["Properties"]  # type: ignore[no-any-return]


def _source(template: Template) -> Mapping[str, Any]:
    [source] = of_type(template, "Lambda::EventSourceMapping")
    return source


def _queues(template: Template) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the queue that is polled and the one where failures go."""
    queues = of_type(template, "SQS::Queue")
    [polled] = [each for each in queues if "RedrivePolicy" in each]
    [failed] = [each for each in queues if "RedrivePolicy" not in each]
    return polled, failed


def _visibility(template: Template) -> str:
    polled, _ = _queues(template)
    times = polled.get("VisibilityTimeout", 30) / _the_function(template).get("Timeout", 3)
    return f"{times:.3g} times the timeout of the function"


def _kept(template: Template) -> str:
    polled, failed = (each.get("MessageRetentionPeriod", 345_600) for each in _queues(template))
    return f"{failed // 86_400} days of which {polled // 86_400} may be gone"


def _bounded(template: Template) -> bool:
    source = _source(template).get("ScalingConfig", {}).get("MaximumConcurrency")
    return bool(source or _the_function(template).get("ReservedConcurrentExecutions"))


def _retention(template: Template) -> bool:
    group = _the_function(template).get("LoggingConfig", {}).get("LogGroup")
    return bool(group) and all("RetentionInDays" in each for each in of_type(template, "Logs::LogGroup"))


ANSWERS: Mapping[str, Callable[[Template], object]] = {
    "resources": lambda template: len(template["Resources"]),
    "alarms": lambda template: len(of_type(template, "CloudWatch::Alarm")),
    "one failed message does not repeat its batch": lambda template: (
        "ReportBatchItemFailures" in _source(template).get("FunctionResponseTypes", [])
    ),
    "a message stays hidden for": _visibility,
    "failed messages are kept for": _kept,
    "the function's concurrency is bounded": _bounded,
    "its log expires": _retention,
    "functions beside the handler": lambda template: len(of_type(template, "Lambda::Function")) - 1,
}
