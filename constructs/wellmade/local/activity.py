"""See how busy the deployed stacks are, and wait until they are quiet."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from wellmade.local.deployed import Resource, of_type, queue_attributes
from wellmade.local.server import LocalCloud

SETTLE_SECONDS = 3.0
"""Nothing may have changed for so long: work passes from a stream or a bus to a function within that time."""


@dataclass(frozen=True)
class QueueState:
    """One queue at one moment."""

    name: str
    """Its logical id."""
    waiting: int
    in_flight: int
    dead_letter: bool
    polled: bool
    """Whether a function works on it."""

    @property
    def busy(self) -> bool:
        """Whether somebody works on its messages, or is about to."""
        return not self.dead_letter and (self.in_flight > 0 or (self.polled and self.waiting > 0))


@dataclass(frozen=True)
class FunctionState:
    """What a function did since the embedded AWS was started."""

    name: str
    """Its logical id."""
    invocations: int
    errors: int


@dataclass(frozen=True)
class State:
    """All queues and functions at one moment."""

    queues: Sequence[QueueState]
    functions: Sequence[FunctionState]

    @property
    def busy(self) -> bool:
        """Whether a queue is."""
        return any(queue.busy for queue in self.queues)

    def line(self) -> str:
        """Say it in one line."""
        worked_on = [queue for queue in self.queues if not queue.dead_letter]
        return (
            f"{sum(queue.waiting for queue in worked_on)} waiting, "
            f"{sum(queue.in_flight for queue in worked_on)} in flight, "
            f"{sum(queue.waiting for queue in self.queues if queue.dead_letter)} dead letters, "
            f"{sum(function.invocations for function in self.functions)} invocations"
        )


@dataclass(frozen=True)
class Watch:
    """Looks at the queues and functions of the deployed stacks."""

    cloud: LocalCloud
    resources: Sequence[Resource]

    def state(self) -> State:
        """Look once."""
        pages = self.cloud.client("lambda").get_paginator("list_event_source_mappings").paginate()
        polled = {mapping.get("EventSourceArn") for page in pages for mapping in page["EventSourceMappings"]}
        queues = (self._queue(queue, polled) for queue in of_type(self.resources, "AWS::SQS::Queue"))
        return State(
            [queue for queue in queues if queue],
            [self._function(function) for function in of_type(self.resources, "AWS::Lambda::Function")],
        )

    def alarms(self) -> Sequence[tuple[str, str]]:
        """Return the alarms in ALARM, each with its reason."""
        pages = self.cloud.client("cloudwatch").get_paginator("describe_alarms").paginate(StateValue="ALARM")
        ids = {resource.physical_id: resource.logical_id for resource in self.resources}
        return [
            (ids.get(alarm["AlarmName"], alarm["AlarmName"]), alarm.get("StateReason", ""))
            for page in pages
            for alarm in page["MetricAlarms"]
        ]

    def _queue(self, queue: Resource, polled: Iterable[str | None]) -> QueueState | None:
        values = queue_attributes(self.cloud, queue)
        if values is None:
            return None
        return QueueState(
            name=queue.logical_id,
            waiting=int(values["ApproximateNumberOfMessages"])
            + int(values.get("ApproximateNumberOfMessagesDelayed", 0)),
            in_flight=int(values["ApproximateNumberOfMessagesNotVisible"]),
            dead_letter=queue.dead_letter,
            polled=values["QueueArn"] in polled,
        )

    def _function(self, function: Resource) -> FunctionState:
        name = function.physical_id
        return FunctionState(function.logical_id, self._sum("Invocations", name), self._sum("Errors", name))

    def _sum(self, metric: str, function: str) -> int:
        now = datetime.now(UTC)
        points: list[dict[str, Any]] = self.cloud.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName=metric,
            Dimensions=[{"Name": "FunctionName", "Value": function}],
            StartTime=now - timedelta(days=1),
            EndTime=now + timedelta(minutes=1),
            Period=86400,
            Statistics=["Sum"],
        )["Datapoints"]
        return sum(int(point["Sum"]) for point in points)


def wait_until_quiet(
    look: Callable[[], State],
    *,
    seconds: float,
    report: Callable[[State], None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> tuple[State, bool]:
    """Look until no queue is busy and nothing has changed for three seconds.

    Returns:
        The last state, and whether it was quiet before the time was over.
    """
    deadline = clock() + seconds
    state, since = look(), clock()
    while state.busy or clock() - since < SETTLE_SECONDS:
        report(state)
        if clock() >= deadline:
            return state, False
        sleep(0.25)
        before, state = state, look()
        if state != before:
            since = clock()
    return state, True
