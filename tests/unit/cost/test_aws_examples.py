"""Worked examples of AWS's own pricing pages for us-east-1, within 2 %.

`READ` are those whose figures stood in a stored copy of the page, or in a text that quotes it, on 29 November 2026.
The others follow knowledge of their pages and were not read again: look at the page before much depends on one.
"""

import pytest

from wellmade.cost.meter import Meter
from wellmade.cost.services import apigateway, fargate, kinesis, lambda_, step_functions
from wellmade.facts.prices import price
from wellmade.ingress.costs import Traffic, units

LAMBDA = "https://aws.amazon.com/lambda/pricing/"
API = "https://aws.amazon.com/api-gateway/pricing/"
STATES = "https://aws.amazon.com/step-functions/pricing/"
KINESIS = "https://aws.amazon.com/kinesis/data-streams/pricing/"
FARGATE = "https://aws.amazon.com/fargate/pricing/"
BALANCER = "https://aws.amazon.com/elasticloadbalancing/pricing/"
X86 = lambda_.DURATION["x86_64"]
CPU, MEMORY = fargate.CPU["X86_64"], fargate.MEMORY["X86_64"]
DAYS = 30

Units = tuple[tuple[Meter, float], ...]
READ: dict[str, tuple[str, Units, float]] = {
    "3 M runs of 512 MB and 1 s": (LAMBDA, ((X86, 1_500_000), (lambda_.REQUESTS, 3e6)), 18.74),
    "30 M runs of 128 MB and 200 ms": (LAMBDA, ((X86, 750_000), (lambda_.REQUESTS, 30e6)), 11.63),
    "5 M calls of a REST API, without transfer": (API, ((apigateway.REST_REQUESTS, 5e6),), 17.50),
    "100 records of 35 KB a second, 31 days": (
        KINESIS,
        ((kinesis.SHARD_HOURS, 4 * 24 * 31), (kinesis.PUT_UNITS, 200 * 86400 * 31)),
        52.14,
    ),
}
NOT_READ_AGAIN: dict[str, tuple[str, Units, float]] = {
    "3 M runs of 1,536 MB and 120 ms": (LAMBDA, ((X86, 540_000), (lambda_.REQUESTS, 3e6)), 2.73),
    "100,000 executions of 4 transitions, some retried": (
        STATES,
        ((step_functions.TRANSITIONS, 420_000),),
        10.40,
    ),
    "1 M express executions of 30 s and 64 MB": (
        STATES,
        ((step_functions.REQUESTS, 1e6), (step_functions.MEMORY, 1e6 * 30 / 3600 * 64 / 1024)),
        32.26,
    ),
    "5 tasks of 1 vCPU and 2 GB, 10 minutes a day": (
        FARGATE,
        ((CPU, 5 * DAYS / 6), (MEMORY, 5 * 2 * DAYS / 6)),
        1.23,
    ),
    "10 tasks of 0.25 vCPU and 1 GB, an hour a day": (
        FARGATE,
        ((CPU, 10 * 0.25 * DAYS), (MEMORY, 10 * DAYS)),
        4.37,
    ),
}


@pytest.mark.parametrize(
    ("page", "taken", "usd"), [*READ.values(), *NOT_READ_AGAIN.values()], ids=[*READ, *NOT_READ_AGAIN]
)
def test_an_example_of_a_pricing_page(page: str, taken: Units, usd: float) -> None:
    costs = [meter.cost(amount, "us-east-1", free_tier=True) for meter, amount in taken]
    assert None not in costs, page
    assert sum(cost for cost in costs if cost is not None) == pytest.approx(usd, rel=0.02), page


def test_the_first_example_of_a_load_balancer() -> None:
    """One connection and 300 KB a second for 30 days, 22.42; not read again."""
    taken = units(Traffic(1, kilobytes=300, target="server"))
    hour = price("load_balancer_hour") + taken * price("load_balancer_unit_hour")
    assert hour * 24 * DAYS == pytest.approx(22.42, rel=0.02), BALANCER
