"""Named alarms with an action and the right dimensions; each threshold is an option, each can be left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct, IConstruct

from wellmade.foundation.alarm_metrics import alarm_metric
from wellmade.foundation.alarm_topic import alarm_action
from wellmade.foundation.silent_metrics import refuse_silent_metric
from wellmade.kit.lookups import path_of, root_of, seconds, stack_of
from wellmade.kit.refusals import refusal
from wellmade.kit.registry import Registry

_ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
_BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
_MISSING_IS_GOOD = cloudwatch.TreatMissingData.NOT_BREACHING
_MISSING_IS_BAD = cloudwatch.TreatMissingData.BREACHING
_defined: Registry[list[tuple[str, cloudwatch.Alarm]]] = Registry(list)
"""By app, the alarms that were defined, with their paths."""


class Alarms:
    """The alarms of one construct by name: `worker.alarms.dead_letters`; iterating gives those that exist."""

    def __init__(self, path: str, alarms: Mapping[str, cloudwatch.Alarm | None]) -> None:
        self._path, self._alarms = path, dict(alarms)

    def __getattr__(self, name: str) -> cloudwatch.Alarm:
        """Return one alarm.

        Raises:
            AttributeError: If there is none of this name, or it was left out.
        """
        found = self.__dict__.get("_alarms", {}).get(name)
        if found is None:
            names = ", ".join(each for each, alarm in self.__dict__.get("_alarms", {}).items() if alarm)
            raise AttributeError(
                f"{self.__dict__.get('_path')}: no alarm {name!r}; there are {names or 'none'}"
            )
        return found  # type: ignore[no-any-return] # of a mapping that may not exist yet

    def __iter__(self) -> Iterator[cloudwatch.Alarm]:
        return (alarm for alarm in self._alarms.values() if alarm)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def by_name(self) -> dict[str, cloudwatch.Alarm | None]:
        """Return the alarms by name; None stands for one that was left out."""
        return dict(self._alarms)


@dataclass(frozen=True)
class AlarmSpec:
    """One alarm that a construct defines unless it is left out.

    Args:
        construct_id: Its id, part of the contract.
        metric: The metric's name in CloudWatch.
        namespace: The service's namespace, `AWS/SQS` for instance.
        dimensions: What the service publishes the metric under.
        threshold: The line, unless the user gives another; a value over it is bad. None where there is none
            that suits all: the alarm is then defined only where the user gives one.
        description: The runbook: what it means and what to do first, for whoever is woken by it.
        statistic: `Maximum`, `Sum`, `p99` and the like.
        minutes: Minutes on end over the line before it fires.
        in_milliseconds: Whether a `Duration` counts in milliseconds; else in seconds.
        falls: Whether a value below the line is bad, and none at all too.
        also: Dimensions of a second such metric: the larger of both counts, and one alone may be missing.
        tells_silence: Whether it is told, once, when values end that there were: the metric is published
            without a break while all is well.
    """

    construct_id: str
    metric: str
    namespace: str
    dimensions: Mapping[str, str]
    threshold: float | None
    description: str
    statistic: str = "Maximum"
    minutes: int = 1
    in_milliseconds: bool = False
    falls: bool = False
    also: Mapping[str, str] | None = None
    tells_silence: bool = False


_Named = TypeVar("_Named", bound=Alarms)
Thresholds = Mapping[str, Any]
"""By an alarm's name, its threshold (a number, or a `Duration`), or None to leave the alarm out."""


def define_alarms(
    kind: type[_Named],
    scope: Construct,
    specs: Mapping[str, AlarmSpec],
    thresholds: Thresholds | None = None,
    *,
    more: Alarms | None = None,
) -> _Named:
    """Define the alarms of a construct and return them by name.

    Args:
        kind: The class that tells their names.
        scope: Where they are defined.
        specs: By name, what is defined unless the user says otherwise.
        thresholds: What the user says, by name.
        more: Alarms of a part of the construct, under their names.

    Raises:
        RefusedError: If a threshold is for an alarm that there is not.
    """
    known = {**specs, **(more.by_name() if more else {})}
    refuse_unknown_alarms(scope, thresholds, known)
    found = {name: _alarm(scope, spec, thresholds or {}, name) for name, spec in specs.items()}
    return kind(path_of(scope), {**found, **(more.by_name() if more else {})})


def refuse_unknown_alarms(
    scope: IConstruct, thresholds: Thresholds | None, known: Mapping[str, object]
) -> None:
    """Raise where a threshold is for an alarm that there is not.

    Raises:
        RefusedError: With the names that there are.
    """
    for name in set(thresholds or ()) - set(known):
        fix = "give a number, or None to leave an alarm out"
        raise refusal(scope, "alarm_thresholds", f"for one of {', '.join(known)}", repr(name), fix)


def _alarm(scope: Construct, spec: AlarmSpec, thresholds: Thresholds, name: str) -> cloudwatch.Alarm | None:
    given = thresholds.get(name, spec.threshold)
    if given is None:
        return None
    if isinstance(given, Duration):
        given = seconds(given) * (1000 if spec.in_milliseconds else 1)
    return define_alarm(
        scope,
        spec.construct_id,
        metric=spec.metric,
        namespace=spec.namespace,
        dimensions=spec.dimensions,
        above=given,
        description=spec.description,
        statistic=spec.statistic,
        minutes=spec.minutes,
        falls=spec.falls,
        also=spec.also,
        tells_silence=spec.tells_silence,
    )


def define_alarm(
    scope: Construct,
    construct_id: str,
    *,
    metric: str,
    namespace: str,
    dimensions: Mapping[str, str],
    above: float,
    description: str,
    statistic: str = "Maximum",
    alarm_name: str | None = None,
    minutes: int = 1,
    falls: bool = False,
    also: Mapping[str, str] | None = None,
    tells_silence: bool = False,
) -> cloudwatch.Alarm:
    """Define an alarm on one metric of one resource; it publishes to the stack's alarm topic.

    It looks at one minute at a time, fires at the first minute over the line, and stays quiet while the
    service publishes nothing, as AWS services do when nothing happens.

    Args:
        scope: Where the alarm is defined.
        construct_id: Its id, part of the contract.
        metric: The metric's name in CloudWatch.
        namespace: The service's namespace, `AWS/SQS` for instance.
        dimensions: What the service publishes the metric under.
        above: The line; a value over it is bad.
        description: What it means and what to do first, for whoever is woken by it.
        statistic: `Maximum`, `Sum`, `p99` and the like. Default: `Maximum`.
        alarm_name: Its name, where code asks for the alarm by name. Default: one of CloudFormation.
        minutes: Minutes on end over the line before it fires. Default: 1.
        falls: Whether a value below the line is bad instead, and no value at all too. Default: False.
        also: Dimensions of a second such metric; the larger value counts. Default: there is none.
        tells_silence: Whether values that end are told, once. Default: False.

    Raises:
        RefusedError: If the service publishes no such metric, or not under these dimensions.
    """
    refuse_silent_metric(f"{path_of(scope)}/{construct_id}", namespace, metric, dimensions)

    alarm = cloudwatch.Alarm(
        scope,
        construct_id,
        metric=alarm_metric(namespace, metric, dimensions, also=also, statistic=statistic),
        threshold=above,
        evaluation_periods=minutes,
        comparison_operator=_BELOW if falls else _ABOVE,
        treat_missing_data=_missing(falls=falls, tells_silence=tells_silence),
        alarm_description=description,
        alarm_name=alarm_name,
    )
    alarm.add_alarm_action(alarm_action(scope))
    if tells_silence:
        alarm.add_insufficient_data_action(alarm_action(scope))
    _defined.of(root_of(scope)).append((path_of(alarm), alarm))
    return alarm


def _missing(*, falls: bool, tells_silence: bool) -> cloudwatch.TreatMissingData:
    """Return what no value at all is: with `MISSING` the alarm leaves its state for one of its own."""
    if tells_silence:
        return cloudwatch.TreatMissingData.MISSING
    return _MISSING_IS_BAD if falls else _MISSING_IS_GOOD


def alarms_below(scope: IConstruct) -> list[cloudwatch.Alarm]:
    """Return the alarms that were defined below a construct, in its own stack, so far."""
    above, stack = path_of(scope), path_of(stack_of(scope))
    return [
        alarm
        for path, alarm in _defined.of(root_of(scope))
        if path.startswith(f"{above}/") and path_of(stack_of(alarm)) == stack
    ]
