"""Advice as one JSON document, and as text for people."""

from collections.abc import Iterable, Sequence
from typing import Any

from wellmade.advise.advice import Advice, Answer, Judged, Reason
from wellmade.advise.costs import Cost
from wellmade.advise.crossings import Crossing, crossings
from wellmade.advise.lines import lines_for
from wellmade.console import out, print_table
from wellmade.facts.prices import basis


def as_document(found: Sequence[Advice]) -> dict[str, Any]:
    """Return all advice for machines."""
    total = sum((advice.cost for advice in found), Cost())
    region = found[0].region
    return {
        "region": region,
        "prices": basis(region=region),
        "cost": _cost(total),
        "workloads": [_workload(advice) for advice in found],
    }


def print_advice(found: Sequence[Advice]) -> None:
    """Print all advice for people."""
    for advice in found:
        _print_workload(advice)
    total = sum((advice.cost for advice in found), Cost())
    out.print(f"\nAll of it: {total.shown} a month.", markup=False)
    _print_lines(f"Not priced: {what}." for what in dict.fromkeys(total.not_priced))
    _print_lines(
        f"Counted is one of {one.workload.number('regions'):g} regions of {one.workload.name}."
        for one in found
        if one.workload.number("regions") > 1
    )
    region = found[0].region
    out.print(f"These are {basis(region=region)}; networks, logs, alarms and what leaves AWS come on top.")


def _workload(advice: Advice) -> dict[str, Any]:
    lines = lines_for(advice)
    return {
        "name": advice.workload.name,
        "answers": dict(advice.workload.answers),
        "assumed": list(advice.workload.assumed),
        "cost": _cost(advice.cost),
        "questions": {one.question.name: _answer(one) for one in advice.answers},
        "cheapest_by_rate": [_crossing(one) for one in crossings(advice)],
        "code": lines.code or None,
        "no_code": lines.missing or None,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    chosen = answer.chosen
    return {
        "chosen": chosen.option.name if chosen else None,
        "title": chosen.option.title if chosen else None,
        "reasons": [_reason(one) for one in chosen.preferred] if chosen else [],
        "against": [_reason(one) for one in chosen.avoided] if chosen else [],
        "cost": _cost(chosen.cost) if chosen else None,
        "others": [
            {
                "option": one.option.name,
                "title": one.option.title,
                "refused": bool(one.refused),
                "reasons": [_reason(reason) for reason in answer.why_not(one)],
                "cost": _cost(one.cost),
            }
            for one in answer.others
        ],
    }


def _crossing(crossing: Crossing) -> dict[str, Any]:
    return {
        "question": crossing.answer.question.name,
        "cheapest": [{"from": start, "option": way} for start, way in crossing.cheapest],
        "not_priced": list(crossing.not_priced),
    }


def _reason(reason: Reason) -> dict[str, str | None]:
    return {"because": reason.text, "source": reason.source or None, "read": reason.as_of or None}


def _cost(cost: Cost) -> dict[str, Any]:
    return {
        "usd_a_month": round(cost.usd, 2) if cost.is_priced else None,
        "at_least": bool(cost.not_priced),
        "not_priced": list(dict.fromkeys(cost.not_priced)),
    }


def _print_workload(advice: Advice) -> None:
    out.print(f"\n{advice.workload.name}", style="bold", markup=False)
    if advice.workload.assumed:
        out.print(f"Assumed: {', '.join(advice.workload.assumed)}.", markup=False)
    for answer in advice.answers:
        _print_answer(answer)
    out.print("\nBy rate, all else alike:", markup=False)
    _print_lines(f"{one.sentence}." for one in crossings(advice))
    lines = lines_for(advice)
    out.print(
        "\nIn the constructor of a stack:" if lines.code else f"\nNo code: {lines.missing}.", markup=False
    )
    _print_lines(lines.code.splitlines())


def _print_answer(answer: Answer) -> None:
    title, chosen = answer.question.title, answer.chosen
    if chosen:
        out.print(
            f"\n{title}: {chosen.option.title}, {chosen.cost.shown} a month", style="bold", markup=False
        )
        why = chosen.preferred or (Reason("of what is left, it costs least at this load"),)
        _print_lines(f"for: {_cited(one)}" for one in why)
        _print_lines(f"against: {_cited(one)}" for one in chosen.avoided)
    else:
        out.print(f"\n{title}: every option is refused", style="bold", markup=False)
    rows = [(one.option.title, one.cost.shown, _why_not(answer, one)) for one in answer.others]
    print_table("Not chosen", ["option", "a month", "why not"], rows)


def _why_not(answer: Answer, one: Judged) -> str:
    """Return it in a table below the choice, whose own reasons are not told again."""
    best = answer.chosen
    if one.refused or best is None:
        return f"refused: {'; '.join(reason.text for reason in one.refused)}"
    if one.score == best.score:
        return "; ".join(reason.text for reason in answer.why_not(one))
    preferred = [f"{best.option.title} is preferred for what is said above"] if best.preferred else []
    return "; ".join([*(reason.text for reason in answer.against(one)), *preferred])


def _cited(reason: Reason) -> str:
    if not reason.source:
        return reason.text
    return f"{reason.text} ({reason.source}, {reason.as_of or 'not read again'})"


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        out.print(f"  {line}", markup=False)
