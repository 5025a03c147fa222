"""The page that compares API Gateway and a load balancer, computed from the price file."""

from wellmade.facts.prices import basis
from wellmade.ingress.costs import HTTP, KINDS, PRICES, REST, Traffic, crossing, monthly_costs

SIZES = (1, 5, 10, 25, 50, 100, 500)
RATES = (1, 10, 50, 100, 300, 1000)
_HEAD = """# API Gateway or a load balancer?

Written from the price file by `make docs`; `wellmade ingress` computes it for your rate and size, as a table
or as JSON. These are {basis}, from the sources in
`wellmade/facts/prices.csv`. Functions, logs and what leaves AWS cost the same behind each, and are left out.
What has no price there is not priced, never 0.

An API costs by request, and nothing at rest. A load balancer costs by the hour with two public addresses, and
by capacity units: 25 new connections a second, or 0.4 GB an hour through functions (1 GB through servers).
The larger the answers, the later it pays; with large answers from functions it never does.

## Where they cross

A load balancer costs less above so many requests a second, on average of a month, with one request a
connection: instead of an HTTP API, and instead of a REST API.

| KB of request and answer | functions: HTTP | functions: REST | servers: HTTP | servers: REST |
|---|---|---|---|---|
"""
_COSTS = """
## What they cost

US dollars a month, with functions behind them and 10 KB of request and answer:

| requests a second | {kinds} |
|---|---|---|---|
"""
_REST = """
What the price does not say: an API checks tokens, keys, bodies and rates by itself, and waits 29 or 30
seconds for an answer. A load balancer signs people in and does none of the rest, waits up to 4,000 seconds,
and passes at most 1 MB to a function and back.
"""


def ingress_page() -> str:
    """Return the page as Markdown."""
    crossings = "".join(_crossings(size) for size in SIZES)
    costs = "".join(
        f"| {rate:,} | {' | '.join(_dollars(monthly_costs(Traffic(rate))[kind]) for kind in KINDS)} |\n"
        for rate in RATES
    )
    head = _HEAD.format(basis=basis(*PRICES))
    return f"{head}{crossings}{_COSTS.format(kinds=' | '.join(KINDS))}{costs}{_REST}"


def _crossings(size: float) -> str:
    found = [
        crossing(kind, Traffic(1, kilobytes=size, target=target))
        for target in ("function", "server")
        for kind in (HTTP, REST)
    ]
    return f"| {size:g} | {' | '.join('never' if each is None else f'{each:.1f}' for each in found)} |\n"


def _dollars(value: float | None) -> str:
    return "not priced" if value is None else f"{value:,.2f}"
