"""What one sees while it runs and at the end."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.live import Live
from rich.markup import escape
from rich.table import Table

from demo.alarm_path import AlarmPath
from demo.audit import Finding
from demo.follow import Status
from wellmade.console import err, out, print_table

MILESTONES = ("⏳", "✨", "✅", "❌", "wellmade:")


@contextmanager
def deploying() -> Iterator[Callable[[str], None]]:
    """Show what the CDK command line does: its latest line on a terminal, its milestones in a pipe."""
    with err.status("Deploying …") as status:

        def report(line: str) -> None:
            status.update(escape(line.strip()[: err.width - 4]))
            if line.lstrip().startswith(MILESTONES):
                err.print(f"  {line.strip()}", markup=False)

        yield report


@contextmanager
def following() -> Iterator[Callable[[Sequence[Status], AlarmPath], None]]:
    """Show where each file is: one table that changes on a terminal, a line for each change in a pipe."""
    began = time.monotonic()
    said: dict[str, str] = {}

    def tell(statuses: Sequence[Status], path: AlarmPath) -> None:
        now = {status.label: status.text for status in statuses}
        now |= path.found
        for label, text in now.items():
            if said.get(label) != text:
                err.print(f"  {time.monotonic() - began:5.1f} s  {label}: {text}", markup=False)
        said.update(now)

    if not err.is_terminal:
        yield tell
        return
    with Live(console=err, refresh_per_second=8, transient=True) as live:
        yield lambda statuses, path: live.update(_table(statuses, path, time.monotonic() - began))


def show_findings(findings: Sequence[Finding]) -> None:
    """Print the account of every file."""
    print_table(
        "Every file",
        ["file", "went in as", "came out", "quarantined, and why", "outcome"],
        [
            (
                finding.sample.label,
                _shortened(finding.sample.key) + (" (3 times)" if finding.sample.repeated else ""),
                finding.came_out,
                finding.set_aside or "no",
                "NOT as expected" if finding.problems else "as expected",
            )
            for finding in findings
        ],
    )


def show_path(path: AlarmPath) -> None:
    """Print the way of the alarm."""
    rows = [(station, path.found.get(station, "NOT REACHED")) for station in path.stations]
    print_table("The file that always fails", ["station", "seen there"], rows)


def show_next_steps() -> None:
    """Print what one can do next."""
    out.print(
        "Next:\n"
        "  wellmade local up -c environment=local      deploy it here and keep it running\n"
        "  wellmade local drive s3://FilesInbox/incoming/ FILE …\n"
        "  wellmade redrive QUEUE [--execute]          look at failed messages, send them back\n"
        "  cdk deploy file-pipeline                    the same stack in your AWS account",
        markup=False,
    )


def _table(statuses: Sequence[Status], path: AlarmPath, seconds: float) -> Table:
    table = Table(title=f"{seconds:.0f} s", title_justify="left", show_header=False)
    for status in statuses:
        table.add_row("✓" if status.done else "…", status.label, escape(status.text))
    for station in path.stations:
        seen = path.found.get(station)
        table.add_row("✓" if seen else "…", station, escape(seen or ""))
    return table


def _shortened(key: str) -> str:
    return key if len(key) <= 48 else f"{key[:32]}…{key[-12:]} ({len(key)} characters)"
