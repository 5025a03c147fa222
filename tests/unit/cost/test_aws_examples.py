"""Worked examples of AWS's own pricing pages for us-east-1, within 2 %.

`READ` are those whose figures stood in a stored copy of the page, or in a text that quotes it, on 29 November 2026.
Those of `NOT_READ_AGAIN` follow knowledge of their pages: look at the page before much depends on one.
"""

import pytest

from wellmade.cost.meter import Meter
from wellmade.cost.services import apigateway, fargate, kinesis, lambda_, step_functions, vpc
from wellmade.facts.prices import price
from wellmade.ingress.costs import Traffic, units

LAMBDA = "https://aws.amazon.com/lambda/pricing/"
API = "https://aws.amazon.com/api-gateway/pricing/"
STATES = "https://aws.amazon.com/step-functions/pricing/"
KINESIS = "https://aws.amazon.com/kinesis/data-streams/pricing/"
FARGATE = "https://aws.amazon.com/fargate/pricing/"
BALANCER = "https://aws.amazon.com/elasticloadbalancing/pricing/"
X86 = lambda_.DURATION["x86_64"]
DAYS = 30

Units = tuple[tuple[Meter, float], ...]


def task_hours(kind: str, tasks: float, cpu: float, memory: float, hours: float, *, disk: float = 0) -> Units:
    """What tasks take that run so many hours a day; `disk` is over the 20 GB that each has."""
    days = tasks * hours * DAYS
    return (
        (fargate.CPU[kind], cpu * days),
        (fargate.MEMORY[kind], memory * days),
        (fargate.DISK, disk * days),
    )


READ: dict[str, tuple[str, Units, float]] = {
    "3 M runs of 512 MB and 1 s": (LAMBDA, ((X86, 1_500_000), (lambda_.REQUESTS, 3e6)), 18.74),
    "30 M runs of 128 MB and 200 ms": (LAMBDA, ((X86, 750_000), (lambda_.REQUESTS, 30e6)), 11.63),
    "3 M runs of 1,536 MB and 120 ms": (LAMBDA, ((X86, 540_000), (lambda_.REQUESTS, 3e6)), 2.73),
    "6 M runs of 4,096 MB and 280 ms, with 2,048 MB of storage": (
        LAMBDA,
        ((X86, 6_720_000), (lambda_.REQUESTS, 6e6), (lambda_.DISK, 2_520_000)),
        106.41,
    ),
    "100 runs of 1,536 MB kept warm for 8 hours": (
        LAMBDA,
        ((lambda_.KEPT_WARM["x86_64"], 4_320_000),),
        18.00,
    ),
    "7 runs of 4,096 MB kept warm for a day": (LAMBDA, ((lambda_.KEPT_WARM["x86_64"], 2_419_200),), 10.08),
    "432 M calls of an HTTP API": (API, ((apigateway.HTTP_REQUESTS, 432e6),), 418.80),
    "1,080,000 uploads of 4.5 MB to an HTTP API, each nine requests": (
        API,
        ((apigateway.HTTP_REQUESTS, 9 * 1_080_000),),
        9.72,
    ),
    "5 M calls of a REST API, without transfer": (API, ((apigateway.REST_REQUESTS, 5e6),), 17.50),
    "15 billion calls of a REST API, without transfer": (API, ((apigateway.REST_REQUESTS, 15e9),), 36_353.10),
    "5 M calls of a private REST API by one endpoint": (
        API,
        ((apigateway.REST_REQUESTS, 5e6), (vpc.ENDPOINT_HOURS, 720), (vpc.ENDPOINT_BYTES, 15.7)),
        24.86,
    ),
    "18 M messages to 1,000 clients of a WebSocket API, 12 hours a day": (
        API,
        ((apigateway.MESSAGES, 18e6), (apigateway.CONNECTED, 21.6e6)),
        23.40,
    ),
    "100 records of 35 KB a second, 31 days": (
        KINESIS,
        ((kinesis.SHARD_HOURS, 4 * 24 * 31), (kinesis.PUT_UNITS, 200 * 86400 * 31)),
        52.14,
    ),
    "5 tasks of 1 vCPU, 2 GB and 30 GB of disk, 10 minutes a day": (
        FARGATE,
        task_hours("X86_64", 5, 1, 2, 1 / 6, disk=10),
        1.26,
    ),
    "the same on arm64": (FARGATE, task_hours("ARM64", 5, 1, 2, 1 / 6, disk=10), 1.02),
    "10 pods of 0.25 vCPU and 1 GB, an hour a day": (FARGATE, task_hours("X86_64", 10, 0.25, 1, 1), 4.37),
}
NOT_FREE: dict[str, tuple[str, Units, float]] = {
    "7.44 M runs of 1,024 MB and 2 s": (LAMBDA, ((X86, 14_880_000), (lambda_.REQUESTS, 7.44e6)), 249.49),
}
"""Read as well; these leave out what is free for ever."""
NOT_READ_AGAIN: dict[str, tuple[str, Units, float]] = {
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
}


@pytest.mark.parametrize(
    ("page", "taken", "usd"), [*READ.values(), *NOT_READ_AGAIN.values()], ids=[*READ, *NOT_READ_AGAIN]
)
def test_an_example_of_a_pricing_page(page: str, taken: Units, usd: float) -> None:
    costs = [meter.cost(amount, "us-east-1", free_tier=True) for meter, amount in taken]
    assert None not in costs, page
    assert sum(cost for cost in costs if cost is not None) == pytest.approx(usd, rel=0.02), page


@pytest.mark.parametrize(("page", "taken", "usd"), NOT_FREE.values(), ids=NOT_FREE)
def test_an_example_without_what_is_free(page: str, taken: Units, usd: float) -> None:
    costs = [meter.cost(amount, "us-east-1") for meter, amount in taken]
    assert sum(cost for cost in costs if cost is not None) == pytest.approx(usd, rel=0.02), page


def test_the_first_example_of_a_load_balancer() -> None:
    """One connection and 300 KB a second for 30 days, 22.42; not read again."""
    taken = units(Traffic(1, kilobytes=300, target="server"))
    hour = price("load_balancer_hour") + taken * price("load_balancer_unit_hour")
    assert hour * 24 * DAYS == pytest.approx(22.42, rel=0.02), BALANCER
