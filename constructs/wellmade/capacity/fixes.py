"""Which settings to change: each offer was tried together with the others, and nothing breaks with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, inf

from wellmade.capacity.build import Model
from wellmade.capacity.by_chance import enough_by_chance
from wellmade.capacity.channel import Channel
from wellmade.capacity.located_yaml import Scalar
from wellmade.capacity.outcome import Outcome
from wellmade.capacity.system import Change, Limit, System
from wellmade.capacity.throttled import asks_for_more
from wellmade.capacity.trial import LIMIT, tried
from wellmade.capacity.units import plain
from wellmade.facts import sqs

HEADROOM = 0.8
"""A limit is raised so far that this part of it is used."""
_ROUNDS = 4
_LARGEST = 1e9
"""Nobody raises a setting further."""
_RETRIES = 3


@dataclass(frozen=True)
class Fix:
    """Which setting to change, from what to what."""

    setting: str
    now: Scalar
    to: Scalar
    lower: bool = False

    def __str__(self) -> str:
        if isinstance(self.to, bool | str) or isinstance(self.now, bool | str):
            to = str(self.to).lower() if isinstance(self.to, bool) else self.to
            return f"set {self.setting} to {to}"
        verb = "lower" if self.lower or self.to < self.now else "raise"
        return f"{verb} {self.setting} from {plain(self.now)} to {plain(self.to)}"


@dataclass(frozen=True)
class Fixes:
    """What to change, or why no setting helps."""

    settings: list[Fix]
    advice: list[str]


def fixes_of(model: Model, multiple: float) -> Fixes:
    """Return changes with which nothing breaks; none, with advice, where no setting is enough."""
    changes: dict[Change, Fix] = {}
    system, outcome = model.system, Outcome(model.system, multiple * (1 + 1e-5))
    advice: dict[str, None] = {}
    for _ in range(_ROUNDS):
        more: dict[Change, Fix] = {}
        for key, fix in _wanted(system, outcome):
            more[key] = _merged(more.get(key), fix)
        advice |= dict.fromkeys(_advice(system, outcome))
        grown = {key: _merged(changes.get(key), fix) for key, fix in more.items()}
        if all(changes.get(key) == fix for key, fix in grown.items()):
            break
        changes |= grown
        system, outcome = tried(model, {key: fix.to for key, fix in changes.items()}, multiple * (1 + 1e-5))
        if not outcome.problems:
            return Fixes(list(changes.values()), [])
    before = {(one.kind, one.name) for one in Outcome(model.system, multiple * (1 + 1e-5)).problems}
    left = {(one.kind, one.name): one.text for one in outcome.problems}
    if changes and before - left.keys():
        return Fixes(list(changes.values()), [*advice, *(f"beside that: {text}" for text in left.values())])
    return Fixes([], [*advice] or [f"no setting is enough: {text}" for text in list(left.values())[:1]])


def _merged(before: Fix | None, fix: Fix) -> Fix:
    """Of two changes of one setting the further one counts."""
    if before is None:
        return fix
    if isinstance(fix.to, bool | str) or isinstance(before.to, bool | str):
        return before
    to = min(before.to, fix.to) if fix.lower else max(before.to, fix.to)
    return Fix(before.setting, before.now, to, before.lower)


def _wanted(system: System, outcome: Outcome) -> Iterator[tuple[Change, Fix]]:
    for limit in system.limits:
        wanted = _wanted_of(limit, outcome)
        if wanted is not None and wanted > limit.most and limit.instead:
            wanted = limit.most
            yield _change(limit.instead, _wanted_of(limit.instead, outcome) or limit.instead.now())
        if wanted is not None and 0 < wanted <= min(limit.most, _LARGEST):
            yield _change(limit, wanted)
    for channel in system.channels:
        problem = outcome.found(channel).problem
        if problem and problem.kind in ("dead letters", "alarm") and asks_for_more(system, channel):
            yield from _bounded(system, channel)
        if problem:
            yield from _reported(system, channel, problem.kind)
        if problem and problem.kind == "refused":
            for limit, enough in enough_by_chance(system, channel, outcome.stretches):
                if enough <= limit.most and not limit.advice:
                    yield _change(limit, float(ceil(enough)))


def _change(limit: Limit, wanted: float) -> tuple[Change, Fix]:
    key = limit.change or Change(LIMIT, limit.name)
    return key, Fix(limit.setting, limit.now(), wanted, limit.lower)


def _wanted_of(limit: Limit, outcome: Outcome) -> float | None:
    load = limit.load(outcome.rates)
    if not limit.claims:
        if not limit.exceeded({}):
            return None
        wanted = None if limit.advice else float(ceil(load))
        return wanted if limit.suggestion is None else limit.suggestion
    if (limit.advice and limit.most == inf) or load <= HEADROOM * limit.allowed:
        return None
    return float(ceil(round(limit.now() + (load / HEADROOM - limit.allowed) / limit.per, 6)))


def _advice(system: System, outcome: Outcome) -> Iterator[str]:
    for limit in system.limits:
        wanted = _wanted_of(limit, outcome)
        over = limit.exceeded(outcome.rates) if limit.claims else limit.exceeded({})
        if limit.advice and (over or (wanted is not None and wanted > limit.most)):
            yield limit.advice
        elif wanted is not None and wanted > _LARGEST:
            yield f"no value of {limit.setting} is enough for this load"
        elif wanted is not None and wanted > limit.most and not limit.instead:
            most = plain(limit.most)
            yield f"{limit.setting} would have to be {plain(wanted)}, and AWS takes {most} at most"


def _bounded(system: System, channel: Channel) -> Iterator[tuple[Change, Fix]]:
    """A source that asks for no more than there is burns no receives."""
    source = next((one for one in system.limits if one.bounds and channel.id in one.claims), None)
    rooms = [one for one in system.limits if one.throttles and channel.id in one.claims]
    if source is None or source.change is None or not rooms:
        return
    least = float(sqs.SOURCE_CONCURRENCY[0])
    room = min(one.allowed / len(one.claims) for one in rooms)
    most = max(least, floor(room / source.per))
    yield source.change, Fix(source.setting, source.now(), most, lower=True)
    for one in rooms:
        if one.allowed < least * source.per and one.change is not None:
            yield one.change, Fix(one.setting, one.now(), least * source.per)


def _reported(system: System, channel: Channel, kind: str) -> Iterator[tuple[Change, Fix]]:
    """A batch that failed need not take the good messages of it along, nor block what is behind it."""
    source = next(
        (one for one in system.limits if one.change and one.polls and channel.id in one.claims), None
    )
    failing = channel.work.failing
    if source is None or source.change is None or not (failing.failures or failing.poison):
        return
    mapping, place = source.change.of, source.setting.partition(" of ")[2]
    if kind == "dead letters" and failing.ordered:
        yield _set(mapping, place, "BisectBatchOnFunctionError", now=False, to=True)
    elif kind == "dead letters" and not failing.partial:
        yield _set(mapping, place, "FunctionResponseTypes", now="", to="ReportBatchItemFailures")
    elif kind == "blocked":
        yield _set(mapping, place, "MaximumRetryAttempts", now="-1", to=_RETRIES)


def _set(mapping: str, place: str, path: str, *, now: Scalar, to: Scalar) -> tuple[Change, Fix]:
    return Change(mapping, path), Fix(f"{path} of {place}", now, to)
