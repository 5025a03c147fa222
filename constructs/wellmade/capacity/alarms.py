"""Alarms on the age and the number of waiting messages, metric math included."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from math import inf

from wellmade.capacity.alarm import Alarm, Reading
from wellmade.capacity.known_values import KnownValues
from wellmade.capacity.metrics import metrics_of
from wellmade.capacity.names import short
from wellmade.graph import Graph, Resource, as_list, as_mapping, number

_PERIOD = 300.0
"""Seconds of a data point where an alarm says nothing."""
Value = Callable[[Reading], float]
_METRICS: Mapping[str, tuple[str, Value]] = {
    "ApproximateAgeOfOldestMessage": ("age", lambda reading: reading[1]),
    "GetRecords.IteratorAgeMilliseconds": ("age", lambda reading: reading[1] * 1000),
    "IteratorAge": ("age", lambda reading: reading[1] * 1000),
    "ApproximateNumberOfMessagesVisible": ("depth", lambda reading: reading[2]),
    "ApproximateNumberOfMessagesNotVisible": ("depth", lambda reading: reading[3]),
}
_OPERATORS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda one, other: one + other,
    ast.Sub: lambda one, other: one - other,
    ast.Mult: lambda one, other: one * other,
    ast.Div: lambda one, other: one / other if other else 0.0,
}
_TOGETHER: Mapping[str, Callable[[list[float]], float]] = {"MAX": max, "MIN": min, "SUM": sum}
_UPWARDS = ("GreaterThanThreshold", "GreaterThanOrEqualToThreshold", None)


class _UnknownExpressionError(ValueError):
    """Metric math that is not worked out here."""


def alarms_on(known: KnownValues, source: Resource, function: Resource) -> tuple[Alarm, ...]:
    """Return the alarms that a channel may ring, the lowest line first."""
    found = [
        alarm
        for resource, watched in _watching(known.graph)
        if source.id in watched or function.id in watched
        for alarm in _alarms(known, resource, source, function)
    ]
    return tuple(sorted(found, key=lambda one: one.threshold))


@lru_cache(maxsize=8)
def _watching(graph: Graph) -> Sequence[tuple[Resource, frozenset[str]]]:
    """Return the alarms that tell of trouble, each with what it watches: the same whatever the load is."""
    return [
        (alarm, frozenset(_watched(graph, alarm)))
        for alarm in graph.of_type("AWS::CloudWatch::Alarm")
        if alarm.get("ComparisonOperator") in _UPWARDS and not _only_scales(graph, alarm)
    ]


def _watched(graph: Graph, alarm: Resource) -> Iterator[str]:
    for metric in metrics_of(alarm):
        for one in as_list(metric.get("Dimensions")):
            if target := graph.target(as_mapping(one).get("Value")):
                yield target.id


def mention_others(known: KnownValues) -> None:
    """Say which alarms watch what is not worked out, such as errors of a function."""
    found: dict[str, list[str]] = {}
    for alarm in known.graph.of_type("AWS::CloudWatch::Alarm"):
        names = sorted({str(metric.get("MetricName")) for metric in metrics_of(alarm)})
        if names and not _METRICS.keys() & names and not _only_scales(known.graph, alarm):
            found.setdefault(" and ".join(names), []).append(short(alarm))
    for name, alarms in found.items():
        known.leave(f"alarms on {name}: {', '.join(alarms)}", "they may ring before anything else breaks")


def _only_scales(graph: Graph, alarm: Resource) -> bool:
    """An alarm that does nothing but scale is no sign of trouble."""
    actions = [graph.target(one) for one in as_list(alarm.get("AlarmActions"))]
    return bool(actions) and all(one is not None and one.type.endswith("ScalingPolicy") for one in actions)


def _alarms(known: KnownValues, alarm: Resource, source: Resource, function: Resource) -> Iterator[Alarm]:
    threshold = alarm.number("Threshold")
    if threshold is None:
        return
    evaluated = alarm.number("EvaluationPeriods", 1.0) or 1.0
    points = alarm.number("DatapointsToAlarm") or evaluated
    queries = [as_mapping(one) for one in as_list(alarm.get("Metrics"))]
    if not queries:
        metric = {"MetricName": alarm.get("MetricName"), "Dimensions": alarm.get("Dimensions")}
        value = _metric(known, metric, source, function)
        if value:
            yield _made(alarm, threshold, points, alarm.number("Period") or _PERIOD, value)
        return
    values: dict[str, tuple[str, Value]] = {}
    periods = [_PERIOD]
    for query in queries:
        stat = as_mapping(query.get("MetricStat"))
        read = _metric(known, as_mapping(stat.get("Metric")), source, function) if stat else None
        if read:
            values[str(query.get("Id"))] = read
            periods.append(number(stat.get("Period")) or _PERIOD)
    if not values:
        return
    watched = next((one for one in queries if one.get("ReturnData") not in (False, "false")), queries[-1])
    try:
        value = _answer(str(watched.get("Id")), queries, values)
    except _UnknownExpressionError as error:
        known.undecided(f"whether {short(alarm)} rings: {error}")
        return
    yield _made(alarm, threshold, points, min(periods[1:], default=_PERIOD), value)


def _made(alarm: Resource, threshold: float, points: float, period: float, value: tuple[str, Value]) -> Alarm:
    watches, read = value
    lasting = (points - 1) * period
    metric = str(alarm.get("MetricName"))
    if metric in ("GetRecords.IteratorAgeMilliseconds", "IteratorAge"):
        return Alarm(short(alarm), threshold / 1000, lasting, period=period)
    return Alarm(short(alarm), threshold, lasting, read, watches, period)


def _metric(
    known: KnownValues, metric: Mapping[str, object], source: Resource, function: Resource
) -> tuple[str, Value] | None:
    name = str(metric.get("MetricName"))
    watched = function if name == "IteratorAge" else source
    for one in as_list(metric.get("Dimensions")):
        if known.graph.target(as_mapping(one).get("Value")) is watched and name in _METRICS:
            return _METRICS[name]
    return None


def _answer(
    wanted: str, queries: list[Mapping[str, object]], values: Mapping[str, tuple[str, Value]]
) -> tuple[str, Value]:
    if wanted in values:
        return values[wanted]
    expressions = {str(one.get("Id")): one.get("Expression") for one in queries if one.get("Expression")}
    text = expressions.get(wanted)
    if not isinstance(text, str):
        raise _UnknownExpressionError("watches a metric that is not worked out here")
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise _UnknownExpressionError(f"metric math {text!r} is not worked out here") from error
    read = partial(_evaluate, tree, queries, values, text)
    read((0.0, 0.0, 0.0, 0.0))
    kinds = {kind for kind, _ in values.values()}
    return ("age" if kinds == {"age"} and isinstance(tree, ast.Name) else "depth"), read


def _evaluate(
    node: ast.expr,
    queries: list[Mapping[str, object]],
    values: Mapping[str, tuple[str, Value]],
    text: str,
    reading: Reading,
) -> float:
    def of(one: ast.expr) -> float:
        return _evaluate(one, queries, values, text, reading)

    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return values[name][1](reading) if name in values else _answer(name, queries, values)[1](reading)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return _OPERATORS[type(operator)](of(left), of(right))
        case ast.Call(func=ast.Name(id="FILL"), args=[first, *_]):
            return of(first)
        case ast.Call(func=ast.Name(id=name), args=[ast.List(elts=parts)]) if name in _TOGETHER:
            return float(_TOGETHER[name]([of(one) for one in parts]))
    raise _UnknownExpressionError(f"metric math {text!r} is not worked out here")


def lowest_age(alarms: tuple[Alarm, ...]) -> float:
    """Return the lowest line of an alarm on the age, in seconds."""
    return min((one.threshold for one in alarms if one.watches == "age"), default=inf)
