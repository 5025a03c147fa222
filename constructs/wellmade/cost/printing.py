"""Estimates and changes as tables for people."""

from collections.abc import Sequence

from wellmade.console import out, print_table
from wellmade.cost.difference import Change
from wellmade.cost.estimate import CURVE, LEFT_OUT, LOADS, Estimate
from wellmade.cost.report import dollars, signed
from wellmade.facts.prices import basis

MOST_ROWS = 20
"""Resources that a table names; JSON has them all."""


def print_estimate(found: Estimate) -> None:
    """Print resources, loads and curves, then what is not priced and what is assumed."""
    bill = found.stated
    rows = [(name, f"{usd:,.2f}", _meters(found, name)) for name, usd in bill.by_resource.items()]
    print_table("US dollars a month at the stated load", ["resource", "USD", "for"], rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        rest = sum(list(bill.by_resource.values())[MOST_ROWS:])
        out.print(
            f"and {len(rows) - MOST_ROWS} more resources of {rest:,.2f} together (--format json has all)"
        )
    loads = [
        (name, f"{LOADS[name]:g} x", dollars(each.fixed, each), dollars(each.total, each))
        for name, each in found.by_load.items()
    ]
    print_table("By load", ["load", "multiple", "at rest", "in all"], loads)
    if found.curves:
        curves = [
            (driver, *(f"{usd:,.2f}" for usd in points.values())) for driver, points in found.curves.items()
        ]
        title = "When one driver changes and the others stay"
        print_table(title, ["driver", *(f"{multiple:g} x" for multiple in CURVE)], curves)
    else:
        out.print("No load is stated, so that this is what runs when nobody comes (see --load).")
    out.print(f"These are {basis(region=found.region)}.", markup=False)
    _print_list("not priced:", [f"{resource.id}: {why}" for resource, why in bill.not_priced])
    _print_list("assumed:", found.assumptions)
    _print_list("left out:", LEFT_OUT)


def print_changes(old: Estimate, new: Estimate, changes: Sequence[Change]) -> None:
    """Print what a change costs."""
    rows = [
        (one.resource, f"{one.before:,.2f}", f"{one.after:,.2f}", signed(one.delta), one.reason)
        for one in changes
    ]
    print_table("US dollars a month", ["resource", "before", "after", "change", "reason"], rows)
    before, after = old.stated, new.stated
    out.print(
        f"{dollars(before.total, before)} → {dollars(after.total, after)}: "
        f"{signed(after.total - before.total)} US dollars a month, {basis(region=new.region)}",
        markup=False,
    )


def _meters(found: Estimate, name: str) -> str:
    lines = sorted(
        (line for line in found.stated.lines if line.resource.id == name), key=lambda one: -one.usd
    )
    return ", ".join(dict.fromkeys(line.meter.name for line in lines))


def _print_list(title: str, lines: Sequence[str]) -> None:
    if lines:
        out.print("\n  ".join([title, *lines]), markup=False)
