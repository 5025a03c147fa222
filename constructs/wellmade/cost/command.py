"""`wellmade cost PATH…`: what templates cost a month, at rest and by load, and what a change costs."""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wellmade.errors import WellmadeError
from wellmade.facts.prices import REGION, use
from wellmade.harmless import write_err, write_out

if TYPE_CHECKING:
    from wellmade.capacity.workload import Workload
    from wellmade.cost.estimate import Estimate
    from wellmade.graph import Graph

DEFAULT_FILE = Path("capacity.yaml")
EXAMPLES = """examples:
  wellmade cost cdk.out                                    at rest, and by ./capacity.yaml where there is one
  wellmade cost cdk.out --load prod.yaml --region eu-west-1
  wellmade cost cdk.out --budget 500                       exit code 1 when it costs more
  wellmade cost --diff main.out cdk.out --format markdown  what a pull request costs, with the reasons
  wellmade cost --break-evens                              from which load on what costs less
  wellmade cost --refresh prices.csv                       read AWS's price lists, without credentials
  wellmade cost --refresh prices.csv --region ap-south-1   with a further region
  wellmade cost cdk.out --prices prices.csv                and count by them

exit code: 0 done, 1 over the budget or not all prices read, 2 the input could not be read"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare paths and options."""
    parser.epilog = EXAMPLES
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="cdk.out, a template, or a folder"
    )
    parser.add_argument("--diff", nargs=2, type=Path, metavar=("OLD", "NEW"), help="what a change costs")
    parser.add_argument(
        "--break-evens", action="store_true", help="from which load on one way costs less than another"
    )
    parser.add_argument(
        "--load", type=Path, metavar="FILE", help="rates, durations and gigabytes (default: capacity.yaml)"
    )
    parser.add_argument(
        "--region", help=f"whose prices are taken (default: the one that all stacks name, or {REGION})"
    )
    parser.add_argument(
        "--free-tier", action="store_true", help="subtract what is free for ever (default: list prices)"
    )
    parser.add_argument(
        "--prices", type=Path, metavar="FILE", help="a price file of your own (default: the shipped one)"
    )
    parser.add_argument(
        "--refresh", type=Path, metavar="FILE", help="write a price file with what AWS's price lists say"
    )
    parser.add_argument(
        "--price-lists", metavar="URL", help="where --refresh reads price lists (default: AWS's own server)"
    )
    parser.add_argument("--budget", type=_dollars, metavar="USD", help="exit 1 over this sum a month")
    parser.add_argument(
        "--format", choices=["table", "json", "markdown"], default="table", help="table: for people"
    )


def run(options: argparse.Namespace) -> int:
    """Print what the paths cost; the exit code is 1 over the budget."""
    asked = [bool(options.diff), bool(options.paths), options.break_evens, bool(options.refresh)]
    if asked.count(True) != 1:
        raise WellmadeError(
            "PATH must be a cdk.out folder or a template, or else --diff OLD NEW, --break-evens or "
            f"--refresh FILE, got {'more than one of them' if any(asked) else 'none of them'}"
        )
    if options.price_lists and not options.refresh:
        raise WellmadeError("--price-lists must be given with --refresh FILE, got it alone")
    if options.refresh:
        return _refresh(options)
    _use(options.prices)
    if options.format == "markdown" and not options.diff:
        raise WellmadeError("--format must be table or json without --diff, got markdown")
    if options.break_evens:
        return _break_evens(options)
    found = _difference(options) if options.diff else _cost(options)
    return _judged(found, options.budget)


def _use(prices: Path | None) -> None:
    try:
        use(prices)
    except ValueError as error:
        raise WellmadeError(str(error)) from error


def _refresh(options: argparse.Namespace) -> int:
    from wellmade.cost.refresh import refresh  # noqa: PLC0415 - as above
    from wellmade.cost.refresh.price_list import AWS  # noqa: PLC0415 - as above

    found = refresh(options.refresh, options.price_lists or AWS, options.region or REGION)
    for change in found.changed:
        write_out(f"{change}\n")
    write_out(
        f"{options.refresh}: {found.read} prices read, {len(found.changed)} of them changed and "
        f"{found.added} that it lacked; {found.left} are of no known list and stay as they were\n"
    )
    for problem in found.problems:
        write_err(f"wellmade: {problem}\n")
    return 1 if found.problems else 0


def _break_evens(options: argparse.Namespace) -> int:
    from wellmade.cost import choices_report  # noqa: PLC0415 - as above
    from wellmade.cost.estimate import require_prices  # noqa: PLC0415 - as above

    if options.budget is not None or options.load or options.free_tier:
        raise WellmadeError("--break-evens must be given with --region and --format at most, got more")
    region = options.region or REGION
    require_prices(region)
    choices_report.print_break_evens(region, as_json=options.format == "json")
    return 0


def _cost(options: argparse.Namespace) -> "Estimate":
    from wellmade.console import print_json  # noqa: PLC0415 - what is printed decides what is imported
    from wellmade.cost.report import as_document  # noqa: PLC0415 - as above

    _, found = _estimate(options.paths, options)
    if options.format == "json":
        print_json(as_document(found))
    else:
        from wellmade.cost.printing import print_estimate  # noqa: PLC0415 - as above

        print_estimate(found)
    return found


def _difference(options: argparse.Namespace) -> "Estimate":
    from wellmade.console import print_json  # noqa: PLC0415 - as above
    from wellmade.cost.difference import changes  # noqa: PLC0415 - as above
    from wellmade.cost.report import changes_document, changes_markdown  # noqa: PLC0415 - as above

    old, new = _both(options)
    found = changes(old, new)
    if options.format == "json":
        print_json(changes_document(old[1], new[1], found))
    elif options.format == "markdown":
        write_out(changes_markdown(old[1], new[1], found))
    else:
        from wellmade.cost.printing import print_changes  # noqa: PLC0415 - as above

        print_changes(old[1], new[1], found)
    return new[1]


def _both(options: argparse.Namespace) -> "list[tuple[Graph, Estimate]]":
    """Price two versions; the file may speak of what only one of them has."""
    from wellmade.cost.versions import part_for  # noqa: PLC0415 - as above
    from wellmade.graph import load  # noqa: PLC0415 - as above

    old, new = (load([path]) for path in options.diff)
    said = _workload(options)
    parts = ((one, part_for(one, other, said) if said else None) for one, other in ((old, new), (new, old)))
    return [(graph, _priced(graph, part, options)) for graph, part in parts]


def _estimate(paths: Sequence[Path], options: argparse.Namespace) -> "tuple[Graph, Estimate]":
    from wellmade.graph import load  # noqa: PLC0415 - the graph is imported when needed

    graph = load(paths)
    return graph, _priced(graph, _workload(options), options)


def _workload(options: argparse.Namespace) -> "Workload | None":
    from wellmade.capacity.workload import read_workload  # noqa: PLC0415 - as above

    file = options.load or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    return read_workload(file) if file else None


def _priced(graph: "Graph", workload: "Workload | None", options: argparse.Namespace) -> "Estimate":
    from wellmade.cost.estimate import estimate  # noqa: PLC0415 - as above

    return estimate(graph, workload, options.region, free_tier=options.free_tier)


def _judged(found: "Estimate", budget: float | None) -> int:
    total = found.stated.total
    if budget is None:
        return 0
    if total > budget:
        write_err(f"wellmade: {total:,.2f} US dollars a month are over the budget of {budget:,.2f}\n")
        return 1
    if found.stated.at_least:
        write_err("wellmade: within the budget as far as there are prices; some of it is not priced\n")
    return 0


def _dollars(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number from 0, got {text}")
    return number
