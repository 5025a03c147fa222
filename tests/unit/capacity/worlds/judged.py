"""The tool's verdict and figures beside those of the simulation."""

import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from tests.unit.capacity.worlds.generated import generated
from tests.unit.capacity.worlds.running import WARM, Seen
from tests.unit.capacity.worlds.spec import World
from tests.unit.capacity.worlds.templates import report_of
from tests.unit.capacity.worlds.verdict import seen_of
from wellmade.capacity.channel import Channel
from wellmade.capacity.report import Report

MESSAGES = 6000
NEAR = (0.85, 1.15)
"""Nearer to where something breaks, the chance of one run decides."""
NEAR_ENOUGH = 0.1
"""Part by which a figure may differ."""
RUNS = 5
"""Runs of the simulation of which the means count where a figure of one run differs by more."""
_TOO_RARE = 5.0
_FEW = 100.0

Figure = tuple[str, str, float, float]
"""Flow, figure, of the tool, of the simulation."""


@dataclass
class Judged:
    """One world at one load."""

    seed: int
    world: World
    holds: bool
    seen_holds: bool
    tool: list[tuple[str, str]]
    sim: list[tuple[float, str, str]]
    """When, which flow, and what, in the order in which it happened."""
    lost: int
    """Good messages that the simulation lost."""
    figures: list[Figure] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Tell whether both hold, or the first to break in the simulation breaks for the tool too."""
        if self.holds or self.seen_holds:
            return self.holds == self.seen_holds
        first = {name for at, name, _ in self.sim if at == self.sim[0][0]}
        return bool(first & {name for name, _ in self.tool})

    def wrong_figures(self, within: float) -> list[Figure]:
        return [one for one in self.figures if abs(one[2] - one[3]) > within * abs(one[3]) + _slack(one[1])]


def _slack(figure: str) -> float:
    return {"growth": 0.3, "backlog": 30.0, "oldest": 4.0, "drained": 20.0}[figure]


def judged(seed: int, make: Callable[[int], World] = generated) -> Judged | None:
    """Judge the world of a seed at a load somewhere about where it breaks; None when it cannot be loaded so."""
    chance = random.Random(seed + 1_000_000)  # noqa: S311 - a simulation, no secret
    world = make(seed)
    with tempfile.TemporaryDirectory() as folder:
        report = report_of(world, Path(folder))
        at = report.breaks_at if 0.02 < report.breaks_at < 1e6 else 1.0
        factor = chance.choice([chance.uniform(0.3, NEAR[0]), chance.uniform(NEAR[1], 2.5)])
        world = world.times(at * factor)
        if not 0.02 <= world.rate <= 150:
            return None
        report = report_of(world, Path(folder))
    if _too_rare(report, world):
        return None
    seen = seen_of(world, seed, MESSAGES)
    broken = sorted((one.first, world.flow(name), one.problem) for name, one in seen.items() if one.problem)
    found = Judged(
        seed, world, report.holds, not broken,
        [(problem.name, problem.kind) for problem in report.outcome.problems],
        broken,
        sum(one.lost for one in seen.values()),
    )  # fmt: skip
    found.figures = _figures(report, world, seen)
    if found.wrong_figures(NEAR_ENOUGH):
        again = [seen_of(world, seed + number * 10_007, MESSAGES) for number in range(1, RUNS)]
        found.figures = _means([found.figures, *(_figures(report, world, one) for one in again)])
    return found


def _figures(report: Report, world: World, seen: Mapping[str, Seen]) -> list[Figure]:
    """Return what the tool and one run of the simulation say of backlogs that nothing is lost of."""
    found: list[Figure] = []
    lossy = {
        problem.name
        for problem in report.outcome.problems
        if problem.kind in ("dead letters", "lost", "blocked", "given up")
    }
    for channel in report.model.system.channels:
        name = channel.consumer.removeprefix("world/").removesuffix("Task")
        one, passage = seen[name], report.outcome.passages[channel.id]
        if lossy or one.lost or world.rivals or not channel.buffered:
            continue
        if inf in (passage.drain, one.drained_at):
            if not world.hours:
                found.append((channel.name, "growth", passage.growth, one.growth))
        elif world.hours and passage.backlog > max(_FEW, 2 * _in_flight(report, channel)):
            found += [
                (channel.name, "growth", passage.growth, one.growth),
                (channel.name, "backlog", passage.backlog, one.backlog),
                (channel.name, "drained", passage.drained_at, one.drained_at),
            ]
            if not world.part(name).failures:
                found.append((channel.name, "oldest", report.outcome.oldest(channel), one.oldest))
    return found


def _means(runs: Sequence[Sequence[Figure]]) -> list[Figure]:
    """Return the means of several runs, where all of them have a figure."""
    found = []
    for flow, figure, tool, _ in runs[0]:
        of_all = [one[3] for run in runs for one in run if one[:2] == (flow, figure)]
        if len(of_all) == len(runs):
            found.append((flow, figure, tool, sum(of_all) / len(of_all)))
    return found


def _in_flight(report: Report, channel: Channel) -> float:
    """Return the messages that are worked on at the peak: the simulation counts them with those that wait."""
    return report.outcome.found(channel).peak * channel.delay


def _too_rare(report: Report, world: World) -> bool:
    """Tell whether the tool expects so few losses that a run of this length would not show them."""
    length = MESSAGES / world.rate if not world.hours else WARM + world.hours * 3600
    for channel in report.model.system.channels:
        found = report.outcome.found(channel)
        problem = found.problem
        if (
            problem
            and problem.kind == "refused"
            and not found.passage.refused
            and found.by_chance * found.peak * length < 4 * _TOO_RARE
        ):
            return True
        if problem and problem.kind == "dead letters":
            text = problem.text
            part = float(text.split("about ")[1].split(" ")[0]) if "about " in text else None
            # What throttles move by chance is the most that it may be: about a quarter is seen.
            expected = (
                part * found.peak * length if part is not None else found.throttled / 86_400 * length / 4
            )
            if expected < _TOO_RARE:
                return True
        given_up = (1 - channel.success) * found.peak * length
        if problem and problem.kind == "given up" and given_up < _TOO_RARE:
            return True
        by_chance = [found.rings_by_retries(one) for one in channel.alarms if one.watches == "age"]
        if (problem is None or problem.kind == "alarm") and any(0.02 < one < 10 for one in by_chance):
            return True
        if (
            problem
            and problem.kind == "blocked"
            and channel.work.failing.poison * found.peak * length < _TOO_RARE
        ):
            return True
    return False
