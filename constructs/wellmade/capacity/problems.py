"""Why a system does not hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, exp, floor, inf, log

from wellmade.capacity.alarm import Alarm
from wellmade.capacity.attempts import fate
from wellmade.capacity.batches import fate_at
from wellmade.capacity.by_chance import REFUSED_SHARE
from wellmade.capacity.channel import Channel
from wellmade.capacity.passage import Passage
from wellmade.capacity.spans import DAY, span
from wellmade.capacity.system import Limit, System
from wellmade.capacity.units import plain

_ATTEMPTS = 100


@dataclass(frozen=True)
class Problem:
    """Why the system does not hold."""

    kind: str
    """`limit`, `full`, `blocked`, `refused`, `never drains`, `lost`, `dead letters`, `given up`,
    `next peak` or `alarm`."""
    name: str
    text: str


def limit_problems(system: System) -> Iterator[Problem]:
    """Yield the limits without a rate that are exceeded."""
    for limit in system.limits:
        if not limit.claims and limit.exceeded({}):
            most = f"at most {plain(limit.allowed)} {limit.unit}"
            text = f"{limit.name}: {plain(limit.constant)} {limit.unit}, {most}"
            yield Problem("limit", limit.name, text)


@dataclass(frozen=True)
class Found:
    """What is known of a channel at a load."""

    system: System
    channel: Channel
    passage: Passage
    oldest: float
    peak: float
    """Messages a second that arrive at the peak."""
    throttled: float = 0.0
    throttled_by: Limit | None = None
    held: float = 0.0
    """Seconds for which what is throttled is held at the most."""
    holding: float = 0.0
    """Seconds in which something is."""
    by_chance: float = 0.0
    """Which part of the calls meets a full function though there is room on average."""
    daily: float = 0.0
    """Messages that arrive in a day."""

    @property
    def problem(self) -> Problem | None:
        """Return the worst that happens to the channel."""
        cases = (
            ("blocked", self._blocked),
            ("refused", self._refused),
            ("dead letters", self._dead_letters),
            ("given up", self._given_up),
            ("never drains", self._never_drains),
            ("lost", self._lost),
            ("next peak", self._next_peak),
            ("alarm", self._alarm),
        )
        for kind, told in cases:
            if text := told():
                return Problem(kind, self.channel.name, f"{self.channel.name}: {text}")
        return None

    def _blocked(self) -> str:
        if not self.peak or not fate(self.channel.work.failing, self.channel.work.batch).blocked:
            return ""
        kept = span(self.channel.retention)
        return (
            "a record that fails every time blocks its shard until it expires after "
            f"{kept}, as retries have no end; set MaximumRetryAttempts and a destination for failures"
        )

    def _refused(self) -> str:
        refused = self.passage.refused
        if refused > 0:
            an_hour = refused * 3600
            return (
                f"{an_hour:,.0f} calls an hour are refused" if an_hour >= 1 else "calls begin to be refused"
            )
        if self.by_chance < REFUSED_SHARE:
            return ""
        return (
            f"{self.by_chance:.2g} of the calls find every run taken and are refused, as calls do not come "
            "evenly; raise the concurrency"
        )

    def _never_drains(self) -> str:
        if self.passage.drain < inf:
            return ""
        lost = (
            f"; messages are deleted after {span(self.channel.retention)}"
            if self.channel.retention < inf
            else ""
        )
        hourly = self.passage.growth * 3600
        grows = f"grows by {plain(hourly)} an hour" if hourly >= 1 else "grows, by less than one an hour,"
        return f"the backlog {grows} and never drains{lost}"

    def _lost(self) -> str:
        if not self.passage.lost:
            return self._asleep()
        return (
            f"messages wait longer than the {span(self.channel.retention)} of {self.channel.kept_by} "
            "and are deleted unread"
        )

    def _asleep(self) -> str:
        """Tasks that begin from none when more wait than a queue ever keeps never begin."""
        ramps = [one.ramp for one in self.system.limits if one.ramp and self.channel.id in one.claims]
        least = max((one.wakes_at for one in ramps), default=0.0)
        if not least:
            return ""
        kept = self._most_in(self.channel.retention)
        if not least > kept > 0:
            return ""
        return (
            f"no task begins before {plain(least)} messages wait, and only {plain(kept)} arrive in the "
            f"{span(self.channel.retention)} of {self.channel.kept_by}: they are deleted unread"
        )

    def _most_in(self, seconds: float) -> float:
        """Return the most messages that arrive in so many seconds; each day has one peak."""
        return min(self.peak * seconds, self.daily * ceil(seconds / DAY))

    def _dead_letters(self) -> str:
        if self.throttled >= 1 and self.throttled_by:
            return (
                f"throttles use up the {self.channel.work.failing.most:g} receives of good messages, of "
                f"which up to {self.throttled:,.0f} a day end in the dead-letter queue: the source asks for "
                f"more runs than {self.throttled_by.name} allows; set its MaximumConcurrency"
            )
        spoiled = fate_at(self.channel, self.peak, self.system.limits).spoiled
        if spoiled * self.peak * DAY < 1:
            return ""
        ordered = self.channel.work.failing.ordered
        cure = (
            "split batches that fail (BisectBatchOnFunctionError)"
            if ordered
            else "report failed items (ReportBatchItemFailures)"
        )
        return (
            f"failures send whole batches back: about {spoiled:.2g} of the messages are given up though they "
            f"did not fail; {cure}"
        )

    def _given_up(self) -> str:
        """What failed every time is gone where nothing takes it: it is in no queue for anybody to look at."""
        if not self.channel.loses:
            return ""
        given_up = (1 - self.channel.success) * self.peak * DAY
        if given_up < 1:
            return ""
        return (
            f"{given_up:,.0f} messages a day fail every time and are lost, as nothing takes them; set a "
            "dead-letter queue or a destination for failures"
        )

    def _next_peak(self) -> str:
        peaks = any(arrival.seconds for arrival in self.system.arrivals.values())
        late = peaks and DAY < self.passage.drained_at < inf
        return "the backlog is not drained when the next day's peak comes" if late else ""

    def _age_of_retries(self) -> float:
        """Return the age of a message of a day that failed as often as at least one does."""
        work = self.channel.work
        failing = fate_at(self.channel, self.peak, self.system.limits)
        if work.visibility == inf or failing.work <= 1 or not self.peak:
            return 0.0
        part = failing.work - 1 if failing.work < 2 else 0.9
        again = floor(log(self.peak * DAY) / -log(part)) if self.peak * DAY > 1 else 0
        return min(max(0, again), min(work.failing.most, 1000) - 1) * work.visibility + self.channel.delay

    def rings_by_retries(self, alarm: Alarm) -> float:
        """Return how often a day some message waits above the line in each of so many periods in a row."""
        work, failing = self.channel.work, fate_at(self.channel, self.peak, self.system.limits)
        part, most = 1 - 1 / failing.work, int(min(work.failing.most, _ATTEMPTS))
        above = 0.0
        for attempt in range(2, most + 1):
            seconds = (attempt - 1) * work.visibility + self.channel.delay - alarm.threshold
            chance = part ** (attempt - 1) * (1 - part if attempt < most else 1)
            above += self.peak * chance * (seconds + alarm.period) if seconds > 0 else 0.0
        length = max((one.seconds for one in self.system.arrivals.values()), default=0.0) or DAY
        return length / alarm.period * float((1 - exp(-above)) ** alarm.points)

    def _lasts(self, alarm: Alarm) -> bool:
        return not alarm.lasting or self.rings_by_retries(alarm) >= 1

    def _alarm(self) -> str:
        again = self._age_of_retries()
        for alarm in self.channel.alarms:
            if alarm.watches == "age" and again > alarm.threshold and self._lasts(alarm):
                return (
                    f"a message that failed waits {span(again)} for its last attempt, the alarm rings at "
                    f"{span(alarm.threshold)}"
                )
            if alarm.watches == "age" and self.held > alarm.threshold < self.holding - alarm.lasting:
                return (
                    f"a message that is throttled waits {span(self.held)}, the alarm rings at "
                    f"{span(alarm.threshold)}"
                )
            if alarm.rings(self.passage.readings):
                highest = max(map(alarm.value, self.passage.readings))
                if alarm.watches == "age":
                    line = span(alarm.threshold)
                    return f"the oldest message waits {span(self.oldest)}, the alarm rings at {line}"
                return f"{alarm.name} reaches {plain(highest)}, the alarm rings at {plain(alarm.threshold)}"
        return self._alarm_of_given_up()

    def _alarm_of_given_up(self) -> str:
        """What stays in a dead-letter queue that nobody takes from grows in number and in age."""
        for alarm, kept in self.channel.piled:
            waiting = (1 - self.channel.success) * self._most_in(kept)
            if waiting >= 1 and alarm.value((0.0, kept, waiting, 0.0)) > alarm.threshold:
                line = span(alarm.threshold) if alarm.watches == "age" else plain(alarm.threshold)
                return (
                    f"{waiting:,.0f} messages that fail every time come into the dead-letter queue in the "
                    f"{span(kept)} for which it keeps them, {alarm.name} rings at {line}"
                )
        return ""
