"""Gap: an alarm ignores its dimensions, its datapoints-to-alarm and what it says about missing data.

MiniStack mixes the datapoints of all queues into one and compares their statistic; a template with metric
math does not deploy at all. Here an alarm is evaluated as CloudWatch documents it, over periods that end now,
so that a datapoint counts at once. Metric math deploys and stays without data.
"""

# ruff: noqa: SLF001 - patches replace private names of the pinned MiniStack; a test asserts that each exists

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from ministack.services import cloudwatch
from ministack.services.cloudformation import provisioners

from . import verdict

Alarm = dict[str, Any]


def apply() -> None:
    """Evaluate alarms this way, whoever asks for it."""
    cloudwatch._evaluate_alarm = evaluate
    provisioners._cw_metric_alarm_record = _with_metric_math(provisioners._cw_metric_alarm_record)


def evaluate(alarm: Alarm) -> None:
    """Give the alarm the state that its datapoints call for, and start its actions when it changes."""
    if not alarm.get("MetricName") or alarm.get("ComparisonOperator") not in verdict.BREACHES:
        return
    values = _values(alarm)
    old, new = alarm["StateValue"], _state(alarm, values)
    if new == old:
        return
    reason = _reason(alarm, values, new)
    alarm |= {"StateValue": new, "StateReason": reason, "StateUpdatedTimestamp": int(time.time())}
    cloudwatch._record_history(alarm["AlarmName"], old, new, reason)
    cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _values(alarm: Alarm) -> list[float | None]:
    """Return the statistic of each evaluated period, the latest first; None where there is no datapoint."""
    dimensions = cloudwatch._dims_from_list(alarm.get("Dimensions") or [])
    key = (alarm["Namespace"], alarm["MetricName"], cloudwatch._dims_key(dimensions))
    points = list(cloudwatch._metrics.get(key) or [])
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    now, period = time.time(), int(alarm.get("Period") or 60)

    def value(age: int) -> float | None:
        end = now - age * period
        within = [point for point in points if end - period < point["Timestamp"] <= end]
        stats = cloudwatch._calc_stats(within)
        return cloudwatch._stat_value(stats, statistic, within) if stats else None

    return [value(age) for age in range(int(alarm.get("EvaluationPeriods") or 1))]


def _state(alarm: Alarm, values: list[float | None]) -> str:
    return verdict.state(
        values,
        breaches=partial(verdict.BREACHES[alarm["ComparisonOperator"]], alarm["Threshold"]),
        needed=int(alarm.get("DatapointsToAlarm") or len(values)),
        missing_data=alarm.get("TreatMissingData") or "missing",
        current=alarm["StateValue"],
    )


def _reason(alarm: Alarm, values: list[float | None], state: str) -> str:
    if state == "INSUFFICIENT_DATA":
        return "Insufficient Data: no datapoints were received"
    shown = ", ".join("missing" if value is None else str(value) for value in values)
    relation = f"{alarm['ComparisonOperator']} {alarm['Threshold']}"
    return (
        f"Threshold {'Crossed' if state == 'ALARM' else 'not crossed'}: [{shown}], latest first; {relation}"
    )


def _with_metric_math(record: Callable[[str, Alarm], Alarm]) -> Callable[[str, Alarm], Alarm]:
    """Flatten an alarm on a single metric; record one on an expression without evaluating it."""

    def record_any(name: str, properties: Alarm) -> Alarm:
        queries = properties.get("Metrics")
        if not queries:
            return record(name, properties)
        plain = {key: value for key, value in properties.items() if key != "Metrics"}
        if len(queries) == 1 and "MetricStat" in queries[0]:
            return record(name, plain | _flattened(queries[0]["MetricStat"]))
        alarm = record(
            name, plain | {"MetricName": "-", "Namespace": "-", "Threshold": plain.get("Threshold", 0)}
        )
        return alarm | {"MetricName": None, "Namespace": None, "Metrics": queries}

    return record_any


def _flattened(stat: dict[str, Any]) -> Alarm:
    simple = stat["Stat"] in ("Average", "Maximum", "Minimum", "SampleCount", "Sum")
    return {
        **stat["Metric"],
        "Period": stat["Period"],
        "Unit": stat.get("Unit"),
        "Statistic" if simple else "ExtendedStatistic": stat["Stat"],
    }
