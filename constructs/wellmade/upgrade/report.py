"""An upgrade as a table for people, as JSON, and as Markdown for a pull request."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from wellmade.console import out, print_table
from wellmade.harmless import write_out
from wellmade.upgrade.change import Change, Fate, Upgrade

_COLUMNS = ("resource", "is", "because", "its data", "instead")


def print_upgrade(found: Upgrade) -> None:
    """Print what holds data first, then exports, then what holds none."""
    rows = [_row(each) for each in found.changes if each.holds_data and each.data]
    if rows:
        print_table("What holds data", _COLUMNS, rows)
    if found.exports:
        exports = [
            (each.stack, each.name, each.why, ", ".join(each.used_by) or "nobody") for each in found.exports
        ]
        print_table("Exports", ("stack", "export", "why", "imported by"), exports)
    for name in found.gone:
        out.print(
            f"{name} is no longer in the app: it stays deployed until somebody deletes it.", markup=False
        )
    others = [each for each in found.changes if not each.holds_data]
    for each in others:
        out.print(f"{each.id} ({each.type}) is {each.fate}: {each.why}{_renamed(each)}", markup=False)
    for entry in found.unfit:
        out.print(str(entry), markup=False)
    out.print(verdict(found), markup=False)


def verdict(found: Upgrade) -> str:
    """Say in one line whether to deploy, and why not."""
    if found.loses or found.breaks:
        lost = [each.id for each in found.loses if not each.refused]
        told = [f"{_count(lost, 'resource loses', 'resources lose')} data, or may: {_named(lost)}"] * bool(
            lost
        )
        taken = [each.id for each in found.loses if each.refused]
        told += [f"The name of {_count(taken, 'resource', 'resources')} is taken: {_named(taken)}"] * bool(
            taken
        )
        broken = [f"{each.name} of {each.stack}" for each in found.breaks]
        why = f"{_count(broken, 'export', 'exports')} in use would change, which CloudFormation refuses"
        told += [f"{why}: {_named(broken)}"] * bool(broken)
        told += [f"Accepted: {_accepted(found)}"] * bool(found.accepted)
        return f"Do not deploy. {'. '.join(told)}."
    if found.accepted:
        return f"No data is lost but what is accepted: {'; '.join((_accepted(found), *_harmless(found)))}."
    return f"No data is lost: {'; '.join(_harmless(found)) or 'nothing is replaced or deleted'}."


def _accepted(found: Upgrade) -> str:
    lost = [each.id for each in found.accepted]
    return f"{_count(lost, 'resource', 'resources')} ({_named(lost)})"


def _harmless(found: Upgrade) -> Iterator[str]:
    """Yield what happens without a loss."""
    known = [each for each in found.changes if each.holds_data and each.data and not each.accepted]
    kept = [each.id for each in known if each.fate is not Fate.CHANGED]
    bare = [each.id for each in known if each.fate is Fate.CHANGED]
    others = [each for each in found.changes if not each.holds_data]
    unknown = [each.id for each in others if each.fate is Fate.NOT_JUDGED]
    changed = [each.id for each in others if each.fate is not Fate.NOT_JUDGED]
    if kept:
        what = _count(
            kept, "resource leaves the stack and keeps its", "resources leave the stack and keep their"
        )
        yield f"{what} data: {_named(kept)}"
    if bare:
        yield f"{_count(bare, 'resource is', 'resources are')} guarded less: {_named(bare)}"
    if changed:
        yield f"{_count(changed, 'resource', 'resources')} without data: replaced or deleted, or may be"
    if unknown:
        yield f"{_count(unknown, 'resource', 'resources')} without data: not judged ({_named(unknown)})"


def _count(these: Sequence[str], one: str, many: str) -> str:
    return f"{len(these)} {one if len(these) == 1 else many}"


def _named(these: Sequence[str]) -> str:
    rest = f" and {len(these) - 3} more" if len(these) > 3 else ""
    return f"{', '.join(these[:3])}{rest}"


def document(found: Upgrade) -> dict[str, Any]:
    """Return everything for machines."""
    return {
        "verdict": verdict(found),
        "loses": len(found.loses),
        "accepted": len(found.accepted),
        "changes": [asdict(each) for each in found.changes],
        "exports": [asdict(each) for each in found.exports],
        "stacks_gone": list(found.gone),
        "unfit": [asdict(each) for each in found.unfit],
    }


def markdown(found: Upgrade) -> str:
    """Return what a reviewer reads in a pull request."""
    rows = [_row(each) for each in found.changes if each.holds_data and each.data]
    rows += [
        (f"export {each.name} of {each.stack}", "changed", each.why, _importers(each.used_by), "")
        for each in found.exports
    ]
    entries = "".join(f"- {_in_one_line(str(each))}\n" for each in found.unfit)
    parts = (f"**{_in_one_line(verdict(found))}**\n", _table(rows) if rows else "", entries)
    return "\n".join(part for part in parts if part)


def write_markdown(found: Upgrade) -> None:
    """Write it to standard output."""
    write_out(markdown(found))


def _table(rows: Sequence[Sequence[str]]) -> str:
    cells = [
        [_in_one_line(cell).replace("|", "\\|") for cell in row]
        for row in (_COLUMNS, ["---"] * len(_COLUMNS), *rows)
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in cells)


def _in_one_line(text: str) -> str:
    """Return it without line breaks, which names of a foreign template may have, and which end a table."""
    return " ".join(text.split())


def _row(change: Change) -> tuple[str, str, str, str, str]:
    return (
        f"{change.id} ({change.type})",
        f"{change.fate}, accepted" if change.accepted else change.fate,
        f"{change.why}{_renamed(change)}",
        change.data,
        f"accepted: {change.accepted}" if change.accepted else change.fix,
    )


def _renamed(change: Change) -> str:
    if not change.renamed or all(name in change.why for name in change.renamed):
        return ""
    return f"; its name changes from {change.renamed[0]} to {change.renamed[1]}"


def _importers(stacks: Sequence[str]) -> str:
    return f"imported by {', '.join(stacks)}" if stacks else "imported by nobody"
