"""`wellmade ingress`: what API Gateway and a load balancer cost by rate and size, and where they cross."""

import argparse
import math

from wellmade.console import print_json, print_table
from wellmade.facts.load_balancing import UNIT_GIGABYTES
from wellmade.facts.prices import basis
from wellmade.harmless import write_out
from wellmade.ingress.costs import HTTP, KINDS, PRICES, REST, Traffic, crossing, monthly_costs

RATES = (1, 10, 50, 100, 500, 1000)
EXAMPLES = """examples:
  wellmade ingress                                    at 1 to 1,000 requests a second of 10 KB
  wellmade ingress --rate 40 --kilobytes 200
  wellmade ingress --requests-per-connection 20 --target server --format json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare options."""
    parser.epilog = EXAMPLES
    default = Traffic(0)
    parser.add_argument("--rate", type=_positive, action="append", metavar="R", help="requests a second")
    parser.add_argument(
        "--kilobytes",
        type=_positive,
        default=default.kilobytes,
        metavar="KB",
        help=f"of a request and its answer (default: {default.kilobytes:g})",
    )
    parser.add_argument(
        "--requests-per-connection",
        type=_positive,
        default=default.requests_per_connection,
        metavar="N",
        help="how many requests one connection carries (default: 1)",
    )
    parser.add_argument(
        "--target", choices=sorted(UNIT_GIGABYTES), default=default.target, help="what answers"
    )
    parser.add_argument("--format", choices=["table", "json"], default="table", help="table: for people")


def run(options: argparse.Namespace) -> int:
    """Print costs by rate and the crossing points; the exit code is 0."""
    common = {
        "kilobytes": options.kilobytes,
        "requests_per_connection": options.requests_per_connection,
        "target": options.target,
    }
    rates = options.rate or RATES
    costs = {rate: monthly_costs(Traffic(rate, **common)) for rate in rates}
    crossings = {kind: crossing(kind, Traffic(1, **common)) for kind in (HTTP, REST)}
    if options.format == "json":
        found = [{"rate": rate, "usd_a_month": each} for rate, each in costs.items()]
        print_json(
            {**common, "costs": found, "load_balancer_cheaper_above": crossings, "prices": basis(*PRICES)}
        )
        return 0
    rows = [[f"{rate:,g}", *(_dollars(each[kind]) for kind in KINDS)] for rate, each in costs.items()]
    print_table("US dollars a month", ["requests/s", *KINDS], rows)
    lines = [f"{kind}: {_sentence(rate)}" for kind, rate in crossings.items()]
    told = "Functions, logs and what leaves AWS cost the same behind each."
    lines.append(f"These are {basis(*PRICES)}. {told}")
    write_out("\n".join(lines) + "\n")
    return 0


def _sentence(rate: float | None) -> str:
    if rate is None:
        return "a load balancer never costs less, as far as there are prices"
    return f"a load balancer costs less above {rate:.1f} requests a second"


def _dollars(value: float | None) -> str:
    return "not priced" if value is None else f"{value:,.2f}"


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number above 0, got {text}")
    return number
