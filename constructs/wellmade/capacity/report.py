"""The answers, for people and for machines."""

from functools import cached_property
from math import inf
from typing import Any

from wellmade.capacity.alarms import lowest_age
from wellmade.capacity.build import Model
from wellmade.capacity.fixes import Fix, Fixes, fixes_of
from wellmade.capacity.outcome import Outcome, breaking, saturation
from wellmade.capacity.problems import Problem
from wellmade.capacity.system import Limit
from wellmade.capacity.units import plain

NOTHING = 1e-5
"""Part of a load that is no reserve."""


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
        """Return changes of settings with which nothing breaks; none where no setting is enough.

        Where all holds there is none: the first limit to be reached is reported anyway.
        """
        return self._fixes.settings

    @cached_property
    def advice(self) -> list[str]:
        """Return what to do beside or instead of a change of settings."""
        return self._fixes.advice

    @cached_property
    def _fixes(self) -> Fixes:
        return fixes_of(self.model, self.outcome.multiple) if self.problems else Fixes([], [])

    def utilisation(self, limit: Limit) -> float:
        """Return the part of a limit that the load takes at its peak."""
        load = limit.load(self.outcome.rates)
        return load / limit.allowed if limit.allowed > 0 else (inf if load else 0.0)


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
        "advice": report.advice,
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
    oldest, at_most = report.outcome.oldest_at_most(channel)
    return {
        "flow": channel.name,
        "offered_per_second": report.outcome.rates[channel.id],
        "capacity_per_second": _finite(report.outcome.capacities[channel.id]),
        "backlog_per_hour": passage.growth * 3600,
        "refused_per_hour": passage.refused * 3600,
        "largest_backlog": _finite(passage.backlog),
        "drain_seconds": _finite(passage.drain),
        "oldest_seconds": _finite(oldest),
        "oldest_is_most": at_most,
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
        now = f"({first.setting}{f', now {plain(first.now())}' if first.allowed else ''})"
        found.append(f"saturates first: {first.name}, at {times(at)} the load {now}")
    told = {(problem.kind, problem.name) for problem in report.problems}
    found.append(f"breaks: at {times(report.breaks_at)} the load")
    found += [f"  {problem.text}" for problem in report.breaks if (problem.kind, problem.name) not in told]
    found += [f"fix: {fix}" for fix in (*report.fixes, *report.advice)]
    return found


def times(multiple: float) -> str:
    """Write a multiple for people."""
    if multiple == inf:
        return "no multiple of"
    return (
        f"{multiple:,.0f} x"
        if multiple >= 1000
        else "0 x"
        if multiple < 1e-6
        else f"{plain(float(f'{multiple:.3g}'))} x"
    )
