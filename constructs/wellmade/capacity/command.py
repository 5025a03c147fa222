"""`wellmade capacity PATH…`: what saturates first, what then piles up, and which number to raise."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from wellmade.capacity.numbers import hours, multiple, pairs
from wellmade.capacity.units import plain
from wellmade.capacity.workload import Runs, Workload, read_workload, with_peak
from wellmade.console import err, out, png_file, print_json, print_table
from wellmade.errors import WellmadeError

if TYPE_CHECKING:
    from wellmade.capacity.report import Report

DEFAULT_FILE = Path("capacity.yaml")
EXAMPLES = """examples:
  wellmade capacity cdk.out                                  rates and durations from ./capacity.yaml
  wellmade capacity template.yaml --load prod.yaml --multiple 2
  wellmade capacity cdk.out --peak 10 --hours 8              the upstream sends 10 x overnight
  wellmade capacity cdk.out --arrivals OrdersQueue=20 --seconds OrdersWorker=0.5

exit code: 0 it holds, 1 it breaks at the stated load or what decides is not known, 2 the input could not be
read"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare paths and options."""
    parser.epilog = EXAMPLES
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="cdk.out, a template, or a folder"
    )
    parser.add_argument(
        "--load", type=Path, metavar="FILE", help="rates and durations (default: capacity.yaml)"
    )
    parser.add_argument(
        "--init", action="store_true", help="write a file for these templates to --load, and answer by it"
    )
    parser.add_argument("--multiple", type=multiple, default=1.0, metavar="X", help="judge X times the load")
    parser.add_argument(
        "--peak", type=multiple, metavar="X", help="all that arrives comes X-fold for some hours a day"
    )
    parser.add_argument("--hours", type=hours, metavar="H", help="how long that lasts (default: 8)")
    parser.add_argument(
        "--arrivals", action="append", default=[], metavar="NAME=RATE", help="messages a second"
    )
    parser.add_argument("--seconds", action="append", default=[], metavar="NAME=S", help="seconds of one run")
    parser.add_argument(
        "--day", action="store_true", help="show load, capacity and backlog of each flow over a day"
    )
    parser.add_argument("--picture", type=png_file, metavar="FILE", help="write the same as a PNG")
    parser.add_argument("--format", choices=["table", "json"], default="table", help="table: for people")


def run(options: argparse.Namespace) -> int:
    """Answer for the paths and the load that the options name."""
    if options.day and options.format == "json":
        raise WellmadeError("--day must stand without --format json: it is for people")
    if options.init:
        _init(options.paths, options.load or DEFAULT_FILE)
    elif options.load is None and not options.arrivals and not DEFAULT_FILE.exists():
        return _first_answer(options)
    return _answer_by(options, options.load)


def _answer_by(options: argparse.Namespace, file: Path | None) -> int:
    workload = _workload(file, options.arrivals, options.seconds)
    workload = with_peak(workload, options.peak, options.hours)
    shows = _Shows(options.day, options.picture)
    return _answer(options.paths, workload, options.multiple, options.format, shows)


def _init(paths: Sequence[Path], file: Path) -> None:
    from wellmade.capacity.skeleton import skeleton  # noqa: PLC0415 - the graph is imported when it is needed
    from wellmade.graph import load  # noqa: PLC0415 - as above

    if file.exists():
        raise WellmadeError(f"{file}: exists already; name another file with --load, or remove it")
    text = skeleton(load(paths))
    try:
        file.write_text(text)
    except OSError as error:
        raise WellmadeError(f"{file}: {error.strerror}; name a file that can be written") from error


def _first_answer(options: argparse.Namespace) -> int:
    """Without a file: show one for these templates, and answer what it answers."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / DEFAULT_FILE.name
        _init(options.paths, file)
        err.print(f"no {DEFAULT_FILE}; --init writes this one, by which it is answered:\n", markup=False)
        err.print(file.read_text(), markup=False)
        return _answer_by(options, file)


def answer(paths: Sequence[Path], load: Path, form: str) -> int:
    """Print the answers for a capacity file and return the exit code: what `wellmade check --capacity` runs.

    Raises:
        WellmadeError: If the input cannot be read, or the form is neither `table` nor `json`.
    """
    if form not in ("table", "json"):
        raise WellmadeError(f"--format must be table or json with --capacity, got {form}")
    return _answer(paths, read_workload(load), 1.0, form)


@dataclass(frozen=True)
class _Shows:
    """What is shown of a day beside the answers."""

    day: bool = False
    picture: Path | None = None


def _answer(
    paths: Sequence[Path], workload: Workload, multiple: float, form: str, shows: _Shows = _Shows()
) -> int:
    from wellmade.capacity.report import as_document, sentences  # noqa: PLC0415 - the graph is imported late
    from wellmade.capacity.worst import worst  # noqa: PLC0415 - as above
    from wellmade.graph import load  # noqa: PLC0415 - as above

    if not paths:
        raise WellmadeError("PATH must be a cdk.out folder or a template, got none")
    report = worst(load(paths), workload, multiple)
    if form == "json":
        print_json(as_document(report))
    else:
        _print_tables(as_document(report))
        for line in sentences(report):
            out.print(line, markup=False)
        _print_list("assumed:", report.model.assumptions)
        _print_list("left out:", [f"{what}: {effect}" for what, effect in report.model.left_out])
    _show(report, shows)
    return 0 if report.holds else 1


def _show(report: "Report", shows: _Shows) -> None:
    if not (shows.day or shows.picture):
        return
    from wellmade.capacity.curve import curves  # noqa: PLC0415 - as above
    from wellmade.capacity.curve_picture import STEPS, write_picture  # noqa: PLC0415 - as above
    from wellmade.capacity.curve_text import COLUMNS, text  # noqa: PLC0415 - as above

    if shows.day:
        for line in text(curves(report, COLUMNS), out.encoding):
            out.print(line, markup=False)
    if shows.picture:
        write_picture(curves(report, STEPS), shows.picture)


def _print_list(title: str, lines: Sequence[str]) -> None:
    if lines:
        out.print("\n  ".join([title, *lines]), markup=False)


def _print_tables(document: dict[str, list[dict[str, float | None]]]) -> None:
    from wellmade.capacity.report import times  # noqa: PLC0415 - as above

    stages = [
        (one["stage"], f"{_number(one['load'])} of {_number(one['allowed'])} {one['unit']}",
         _percent(one["utilisation"]), times(inf if one["saturates_at"] is None else one["saturates_at"]))
        for one in document["stages"]
    ]  # fmt: skip
    print_table("Stages", ["stage", "load at the peak", "utilisation", "reached at"], stages)
    flows = [
        (one["flow"], _number(one["offered_per_second"]), _number(one["capacity_per_second"]),
         _number(one["backlog_per_hour"]), _number(one["refused_per_hour"]), _time(one["drain_seconds"]),
         _oldest(one), _time(one["alarm_seconds"]), _time(one["retention_seconds"]))
        for one in document["flows"]
    ]  # fmt: skip
    columns = [
        "flow",
        "arrive/s",
        "capacity/s",
        "backlog/h",
        "refused/h",
        "drains in",
        "oldest",
        "alarm",
        "kept",
    ]
    print_table("Flows", columns, flows)


def _oldest(flow: Mapping[str, float | None]) -> str:
    return ("≤ " if flow["oldest_is_most"] else "") + _time(flow["oldest_seconds"])


def _number(value: float | None) -> str:
    return plain(inf if value is None else value)


def _percent(value: float | None) -> str:
    return "∞" if value is None else f"{value:.0%}"


def _time(value: float | None) -> str:
    from wellmade.capacity.spans import span  # noqa: PLC0415 - as above

    return "∞" if value is None else span(value)


def _workload(file: Path | None, arrivals: Sequence[str], seconds: Sequence[str]) -> Workload:
    """Read the file, and let flags say more; without a file the flags are all."""
    from wellmade.capacity.arrival import Arrival  # noqa: PLC0415 - as above

    wanted = file or (DEFAULT_FILE if DEFAULT_FILE.exists() or not arrivals else None)
    workload = read_workload(wanted) if wanted else Workload()
    rates = {name: Arrival(rate) for name, rate in pairs("--arrivals", arrivals)}
    runs = dict(workload.runs)
    for name, length in pairs("--seconds", seconds):
        runs[name] = replace(runs.get(name, Runs()), seconds=length)
    return replace(workload, arrivals=workload.arrivals | rates, runs=runs)
