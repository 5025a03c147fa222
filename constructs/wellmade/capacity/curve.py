"""Load, capacity and backlog of a flow over a day, in equal steps: what a picture shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from wellmade.capacity.channel import Channel
from wellmade.capacity.day import Stretch
from wellmade.capacity.report import Report
from wellmade.capacity.spans import DAY


@dataclass(frozen=True)
class Step:
    """Some minutes of a day."""

    at: float
    """Seconds from the start of the peak."""
    load: float
    """Messages a second that arrive, at the most."""
    capacity: float
    """Messages a second that could get through, at the least; infinite where nothing bounds them."""
    backlog: float
    """Messages that wait, at the most."""


@dataclass(frozen=True)
class Curve:
    """The day of one flow."""

    name: str
    steps: Sequence[Step]
    problem: str = ""
    """What breaks, as the report says it; nothing where it holds."""

    @property
    def title(self) -> str:
        """Return the name with its load and its capacity, in words that every font has."""
        able = sorted({one.capacity for one in self.steps})
        capacity = _rate(able[0]) if len(able) == 1 else f"{_rate(able[0])} to {_rate(able[-1])}"
        return (
            f"{self.name.replace(' → ', ' to ')}: load up to {_rate(self.highest_load)}, capacity {capacity}"
        )

    @property
    def highest_load(self) -> float:
        """Return the messages a second that arrive at the most."""
        return max(one.load for one in self.steps)

    @property
    def busiest(self) -> float:
        """Return the highest rate to be shown: of the load, and of the capacity where that is near."""
        load = self.highest_load
        near = [one.capacity for one in self.steps if one.capacity <= 3 * load]
        return max([load, *near])

    @property
    def deepest(self) -> float:
        """Return the largest backlog."""
        return max(one.backlog for one in self.steps)


def curves(report: Report, steps: int) -> list[Curve]:
    """Return the day of every flow that has a load, in so many equal steps."""
    problems = {problem.name: problem.text for problem in report.problems}
    found = []
    for channel in report.model.system.channels:
        stretches = report.outcome.stretches[channel.id]
        if any(one.offered for one in stretches):
            able = report.outcome.capacities[channel.id]
            day = _steps(channel, stretches, able, DAY / steps, steps)
            found.append(Curve(channel.name, day, problems.get(channel.name, "")))
    return found


def _steps(
    channel: Channel, stretches: Sequence[Stretch], able: float, length: float, count: int
) -> list[Step]:
    backlogs = _backlogs(channel, stretches)
    found = []
    for number in range(count):
        start, end = number * length, (number + 1) * length
        within = [one for one in stretches if one.start < end and one.end > start]
        moments = [start, *(at for at, _ in backlogs if start < at < end), end]
        depths = [_at(backlogs, moment) for moment in moments]
        full = [one.served for one in within if one.served < one.offered * (1 - 1e-9)]
        found.append(Step(start, max(one.offered for one in within), min([able, *full]), max(depths)))
    return found


def _backlogs(channel: Channel, stretches: Sequence[Stretch]) -> list[tuple[float, float]]:
    """Return the backlog at every change of a day; it is a straight line in between."""
    found, count = [(0.0, 0.0)], 0.0
    for one in stretches:
        end = min(one.end, DAY)
        if end > one.start and channel.buffered:
            count = max(0.0, count + (one.admitted - one.served) * (end - one.start))
            found.append((end, count))
    return found


def _at(backlogs: Sequence[tuple[float, float]], moment: float) -> float:
    before = (0.0, 0.0)
    for at, count in backlogs:
        if at >= moment:
            part = (moment - before[0]) / (at - before[0]) if at > before[0] else 1.0
            return before[1] + part * (count - before[1])
        before = at, count
    return before[1]


def _rate(value: float) -> str:
    return "without a bound" if value == inf else f"{value:,.3g}/s"
