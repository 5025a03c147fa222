"""What happens at a load: utilisation, backlogs, waits, and what breaks."""

from dataclasses import dataclass
from functools import cached_property
from math import inf

from wellmade.capacity.flows import NOTHING, Flow, Passage, buffered, clipped, merged, peaked, scaled
from wellmade.capacity.system import Channel, Limit, System, first_multiple

DAY = 86_400.0


@dataclass(frozen=True)
class Problem:
    """Why the system does not hold."""

    kind: str
    """`limit`, `refused`, `lost`, `alarm`, `never drains` or `next peak`."""
    name: str
    text: str


@dataclass(frozen=True)
class Outcome:
    """One system at one multiple of its load."""

    system: System
    multiple: float

    @cached_property
    def rates(self) -> dict[str, float]:
        """What is offered to each channel at the peak, were nothing saturated: utilisation is of this."""
        return self.system.arriving(self.multiple)

    @cached_property
    def capacities(self) -> dict[str, float]:
        """What each channel gets through."""
        return self.system.capacities(self.multiple)

    @cached_property
    def passages(self) -> dict[str, Passage]:
        """What becomes of the messages of each channel over a day."""
        system = self.system
        inflows: dict[str, list[Flow]] = {
            node: [peaked(arrival.per_second * self.multiple, arrival.multiple, arrival.seconds)]
            for node, arrival in system.arrivals.items()
        }
        found: dict[str, Passage] = {}
        for node in system.order:
            flow = merged(inflows.get(node, [NOTHING]))
            for channel in (channel for channel in system.channels if channel.source == node):
                through = buffered if channel.buffered else clipped
                found[channel.id] = through(scaled(flow, channel.share), self._able(channel))
                inflows.setdefault(channel.consumer, []).append(
                    scaled(found[channel.id].out, channel.success)
                )
            for link in system.links_from(node):
                inflows.setdefault(link.target, []).append(scaled(flow, link.gain))
        return found

    @cached_property
    def problems(self) -> list[Problem]:
        """Everything that does not hold, the limits first."""
        found = [
            Problem(
                "limit",
                limit.name,
                f"{limit.name}: {limit.constant:,.6g} {limit.unit}, at most {limit.allowed:,.6g}",
            )
            for limit in self.system.limits
            if not limit.claims and limit.exceeded({})
        ]
        for channel in self.system.channels:
            problem = self._problem(channel)
            if problem:
                found.append(problem)
        return found

    def oldest(self, channel: Channel) -> float:
        """Return the age of the oldest message at the worst time."""
        return self.passages[channel.id].longest_wait + channel.delay

    def _able(self, channel: Channel) -> float:
        """Rounding is no saturation."""
        return self.capacities.get(channel.id, inf) * (1 + 1e-9)

    def _problem(self, channel: Channel) -> Problem | None:
        passage, oldest = self.passages[channel.id], self.oldest(channel)
        peaks = any(arrival.seconds for arrival in self.system.arrivals.values())
        cases = {
            "refused": (passage.refused > 0, f"{passage.refused * 3600:,.0f} calls an hour are refused"),
            "never drains": (
                passage.drain == inf,
                f"the backlog grows by {passage.growth * 3600:,.0f} an hour and never drains",
            ),
            "lost": (
                oldest > channel.retention,
                f"messages wait {span(oldest)} and are forgotten after {span(channel.retention)}",
            ),
            "next peak": (
                peaks and DAY < passage.drained_at < inf,
                "the backlog is not drained when the next day's peak comes",
            ),
            "alarm": (
                oldest > channel.alarm,
                f"the oldest message waits {span(oldest)}, the alarm rings at {span(channel.alarm)}",
            ),
        }
        return next(
            (
                Problem(kind, channel.name, f"{channel.name}: {text}")
                for kind, (holds, text) in cases.items()
                if holds
            ),
            None,
        )


def saturation(system: System, limit: Limit) -> float:
    """Return the multiple of the load at which a limit is reached."""
    return first_multiple(lambda multiple: limit.exceeded(system.arriving(multiple)))


def breaking(system: System) -> float:
    """Return the multiple of the load at which the system no longer holds."""
    return first_multiple(lambda multiple: bool(Outcome(system, multiple).problems))


def span(seconds: float) -> str:
    """Write a time for people."""
    if seconds == inf:
        return "indefinitely"
    for unit, size in (("d", DAY), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.1f} {unit}"
    return f"{seconds:,.1f} s"
