"""The answers, for people and for machines."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf
from typing import Any

from wellmade.capacity.alarms import lowest_age
from wellmade.capacity.build import Model
from wellmade.capacity.outcome import Outcome, breaking, saturation
from wellmade.capacity.problems import Problem
from wellmade.capacity.system import Limit

NOTHING = 1e-5
"""Part of a load that is no reserve."""
HEADROOM = 0.8
"""A limit is raised so far that this part of it is used."""


@dataclass(frozen=True)
class Fix:
    """Which number to change, from what to what."""

    setting: str
    now: float
    to: float
    lower: bool = False

    def __str__(self) -> str:
        verb = "lower" if self.lower else "raise"
        return f"{verb} {self.setting} from {self.now:,.6g} to {self.to:,.6g}"


class Report:
    """Everything that is answered about a model at one multiple of its load."""

    def __init__(self, model: Model, multiple: float) -> None:
        """Nothing is worked out before it is asked for."""
        self.model = model
        self.outcome: Outcome = Outcome(model.system, multiple)

    @property
    def holds(self) -> bool:
        """Tell whether nothing breaks at this load, and everything is known that decides this."""
        return self.verdict == "holds"

    @property
    def verdict(self) -> str:
        """Return `holds`, `breaks`, or `unknown`: nothing breaks, but for what nobody knows."""
        return "breaks" if self.problems else "unknown" if self.model.unknown else "holds"

    @cached_property
    def problems(self) -> list[Problem]:
        """Return what breaks at this load; what has no reserve at all does, as nothing comes evenly."""
        if self.outcome.problems:
            return self.outcome.problems
        above = Outcome(self.model.system, self.outcome.multiple * (1 + NOTHING)).problems
        full = [one for one in self.model.system.limits if self.utilisation(one) >= 1 - NOTHING]
        if not above or not full:
            return []
        text = f"{full[0].name} is used to 100 %: what comes unevenly is refused, or waits longer and longer"
        return [Problem("full", full[0].name, text)]

    @cached_property
    def saturations(self) -> list[tuple[Limit, float]]:
        """Return the limits that grow with the load, each with the multiple that reaches it, sorted by it."""
        growing = [limit for limit in self.model.system.limits if limit.claims]
        found = [(limit, saturation(self.model.system, limit)) for limit in growing]
        return sorted(found, key=lambda one: round(one[1], 6))

    @cached_property
    def breaks_at(self) -> float:
        """Return the multiple of the load at which something breaks."""
        return breaking(self.model.system)

    @cached_property
    def breaks(self) -> list[Problem]:
        """Return what breaks there; nothing when no multiple breaks it."""
        if self.breaks_at == inf:
            return []
        return Outcome(self.model.system, self.breaks_at * (1 + 2e-6)).problems

    @cached_property
    def fixes(self) -> list[Fix]:
        """Return what has to change so that no limit is used by more than the headroom allows.

        Where all holds there is none: the first limit to be reached is reported anyway.
        """
        return (
            []
            if not self.problems
            else [fix for limit in self.model.system.limits if (fix := self._fix(limit))]
        )

    def utilisation(self, limit: Limit) -> float:
        """Return the part of a limit that the load takes at its peak."""
        load = limit.load(self.outcome.rates)
        return load / limit.allowed if limit.allowed > 0 else (inf if load else 0.0)

    def _fix(self, limit: Limit) -> Fix | None:
        load = limit.load(self.outcome.rates)
        if not limit.claims:
            wanted = limit.suggestion if limit.suggestion is not None else load
            exceeded = limit.exceeded({})
            return Fix(limit.setting, limit.now(), wanted, limit.lower) if exceeded else None
        if self.utilisation(limit) <= HEADROOM:
            return None
        more = (load / HEADROOM - limit.allowed) / limit.per
        return Fix(limit.setting, limit.now(), ceil(round(limit.now() + more, 6)))


def as_document(report: Report) -> dict[str, Any]:
    """Return the report for JSON; what never happens or has no bound is null."""
    return {
        "holds": report.holds,
        "verdict": report.verdict,
        "unknown": report.model.unknown,
        "multiple": report.outcome.multiple,
        "saturates_first": _first(report),
        "breaks_at": _finite(report.breaks_at),
        "breaks": [vars(problem) for problem in report.breaks],
        "problems": [vars(problem) for problem in report.problems],
        "stages": [_stage(report, limit, at) for limit, at in report.saturations],
        "flows": [_flow(report, index) for index in range(len(report.model.system.channels))],
        "fixes": [vars(fix) for fix in report.fixes],
        "assumptions": report.model.assumptions,
        "left_out": [{"what": what, "effect": effect} for what, effect in report.model.left_out],
    }


def _first(report: Report) -> dict[str, Any] | None:
    if not report.saturations:
        return None
    first, at = report.saturations[0]
    return {"stage": first.name, "setting": first.setting, "multiple": _finite(at)}


def _stage(report: Report, limit: Limit, at: float) -> dict[str, Any]:
    return {
        "stage": limit.name,
        "setting": limit.setting,
        "load": limit.load(report.outcome.rates),
        "allowed": limit.allowed,
        "unit": limit.unit,
        "utilisation": _finite(report.utilisation(limit)),
        "saturates_at": _finite(at),
    }


def _flow(report: Report, index: int) -> dict[str, Any]:
    channel = report.model.system.channels[index]
    passage = report.outcome.passages[channel.id]
    return {
        "flow": channel.name,
        "offered_per_second": report.outcome.rates[channel.id],
        "capacity_per_second": _finite(report.outcome.capacities[channel.id]),
        "backlog_per_hour": passage.growth * 3600,
        "refused_per_hour": passage.refused * 3600,
        "largest_backlog": _finite(passage.backlog),
        "drain_seconds": _finite(passage.drain),
        "oldest_seconds": _finite(report.outcome.oldest(channel)),
        "retention_seconds": _finite(channel.retention),
        "alarm_seconds": _finite(lowest_age(channel.alarms)),
    }


def _finite(value: float) -> float | None:
    return None if value == inf else value


def sentences(report: Report) -> list[str]:
    """Return the answers in words; what breaks already at this load is told once."""
    found = [f"{report.verdict.upper()} at {report.outcome.multiple:g} x the load"]
    found += [f"  not known: {one}" for one in report.model.unknown]
    found += [f"  {problem.text}" for problem in report.problems]
    if report.saturations:
        first, at = report.saturations[0]
        now = f"({first.setting}, now {first.allowed:,.6g})"
        found.append(f"saturates first: {first.name}, at {times(at)} the load {now}")
    told = {(problem.kind, problem.name) for problem in report.problems}
    found.append(f"breaks: at {times(report.breaks_at)} the load")
    found += [f"  {problem.text}" for problem in report.breaks if (problem.kind, problem.name) not in told]
    found += [f"fix: {fix}" for fix in report.fixes]
    return found


def times(multiple: float) -> str:
    """Write a multiple for people."""
    return "no multiple of" if multiple == inf else f"{multiple:,.3g} x"
