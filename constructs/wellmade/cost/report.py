"""Estimates and changes as documents for machines, as tables, and as Markdown for a pull request."""

from collections.abc import Sequence
from typing import Any

from wellmade.cost.bill import Bill
from wellmade.cost.difference import Change
from wellmade.cost.estimate import LEFT_OUT, LOADS, Estimate
from wellmade.facts.prices import basis, quote


def as_document(found: Estimate) -> dict[str, Any]:
    """Return all of an estimate."""
    return {
        "region": found.region,
        "prices": basis(region=found.region),
        "free_tier": found.free_tier,
        "at_least": found.stated.at_least,
        "loads": {
            name: {"multiple": LOADS[name], "fixed": round(bill.fixed, 4), "total": round(bill.total, 4)}
            for name, bill in found.by_load.items()
        },
        "curves": {
            driver: [{"multiple": multiple, "total": round(usd, 4)} for multiple, usd in points.items()]
            for driver, points in found.curves.items()
        },
        "lines": [_line(found, index) for index in range(len(found.stated.lines))],
        "not_priced": [
            {"resource": resource.id, "type": resource.type, "why": why}
            for resource, why in found.stated.not_priced
        ],
        "assumptions": list(found.assumptions),
        "left_out": list(LEFT_OUT),
    }


def _line(found: Estimate, index: int) -> dict[str, Any]:
    line = found.stated.lines[index]
    return {
        "resource": line.resource.id,
        "type": line.resource.type,
        "meter": line.meter.name,
        "units": round(line.units, 4),
        "usd": round(line.usd, 4),
        "fixed": line.fixed,
        "page": line.meter.page,
        "prices": [
            {"name": name, "usd": price.usd, "as_of": price.as_of, "source": price.source}
            for _, name in line.meter.tiers
            if (price := quote(name, found.region))
        ],
    }


def dollars(usd: float, bill: Bill | None = None) -> str:
    """Write a sum; of a bill that lacks prices, as the least that it may be."""
    return f"{'at least ' if bill and bill.at_least else ''}{usd:,.2f}"


def signed(usd: float) -> str:
    """Write a change with its sign."""
    return f"{usd:+,.2f}"


def sentence(found: Estimate) -> str:
    """Tell the sums in one line, as a synth prints it."""
    bill = found.stated
    return (
        f"{dollars(bill.total, bill)} US dollars a month at the stated load, {bill.fixed:,.2f} at rest, "
        f"by {basis(region=found.region)}"
    )


def changes_document(old: Estimate, new: Estimate, changes: Sequence[Change]) -> dict[str, Any]:
    """Return a difference."""
    return {
        "region": new.region,
        "at_least": new.stated.at_least,
        "before": round(old.stated.total, 4),
        "after": round(new.stated.total, 4),
        "changes": [
            {
                "resource": one.resource,
                "type": one.type,
                "before": round(one.before, 4),
                "after": round(one.after, 4),
                "delta": round(one.delta, 4),
                "reason": one.reason,
            }
            for one in changes
        ],
    }


def changes_markdown(old: Estimate, new: Estimate, changes: Sequence[Change]) -> str:
    """Return a difference as the comment of a pull request."""
    before, after = old.stated, new.stated
    head = (
        f"**Cost: {signed(after.total - before.total)} US dollars a month** "
        f"({dollars(before.total, before)} → {dollars(after.total, after)}, {basis(region=new.region)})\n"
    )
    if not changes:
        return head + "\nNo resource costs more or less.\n"
    rows = "".join(
        f"| `{_cell(one.resource).replace('`', chr(39))}` | {one.before:,.2f} | {one.after:,.2f} "
        f"| {signed(one.delta)} | {_cell(one.reason).replace('<', '&lt;')} |\n"
        for one in changes
    )
    return f"{head}\n| resource | before | after | change | reason |\n|---|---:|---:|---:|---|\n{rows}"


def _cell(text: str) -> str:
    """Write a text on one line that ends no cell."""
    return " ".join(text.split()).replace("|", "\\|")
