"""Worked examples of AWS's own pricing pages for us-east-1, within 2 %.

`READ` are those whose figures stood in a stored copy of the page, or in a text that quotes it, on 29 November 2026.
Those of `NOT_READ_AGAIN` follow knowledge of their pages: look at the page before much depends on one.
"""

import pytest

from wellmade.cost.meter import Meter, flat
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


def priced(name: str, per: float = 1.0, free: float = 0.0) -> Meter:
    """What is counted by nothing but an example, by its name in the price file."""
    return flat(name, LAMBDA, name, per, free)


WARM_RUNS = priced("lambda_gb_second_duration_under_provisioned_concurrency_x86")
RESTORED = priced("lambda_gb_restored_snapstart_x86")
STREAMED = priced("lambda_gb_streamed_response_over_6_mb")
KAFKA_POLLERS = priced("lambda_epu_hour_kafka")
OPERATIONS = priced("lambda_durable_functions_1m_operations", 1e6)
WRITTEN, RETAINED = priced("lambda_durable_functions_gb_written"), priced("lambda_durable_functions_gb_month")
EDGE_RUNS, EDGE = priced("lambda_edge_1m_requests", 1e6), priced("lambda_edge_gb_second")
READ |= {
    "a launch day of 100 runs kept warm, and the rest of the month": (
        LAMBDA,
        ((lambda_.KEPT_WARM["x86_64"], 4.32e6), (lambda_.REQUESTS, 3e6), (WARM_RUNS, 75_000), (X86, 450_000)),
        19.96,
    ),
    "a page of 3 M streamed answers": (
        LAMBDA,
        ((X86, 2.25e6), (lambda_.REQUESTS, 3e6), (STREAMED, 976.56)),
        39.04,
    ),
    "1 M durable executions with a wait of 7 days": (
        LAMBDA,
        (
            (lambda_.DURATION["arm64"], 32e6),
            (lambda_.REQUESTS, 2e6),
            (OPERATIONS, 4e6),
            (WRITTEN, 104),
            (RETAINED, 72.8),
        ),
        490.46,
    ),
}
"""The page of Lambda as a public repository held it on 30 November 2026."""
NOT_FREE: dict[str, tuple[str, Units, float]] = {
    "7.44 M runs of 1,024 MB and 2 s": (LAMBDA, ((X86, 14_880_000), (lambda_.REQUESTS, 7.44e6)), 249.49),
    "a sale of 2 M runs of 4,096 MB, 7 of them kept warm for a day": (
        LAMBDA,
        ((lambda_.KEPT_WARM["x86_64"], 2_419_200), (WARM_RUNS, 2.24e6), (lambda_.REQUESTS, 2e6)),
        32.26,
    ),
    "the same with SnapStart, of which 1 % are restored": (
        LAMBDA,
        (
            (X86, 14_880_000),
            (lambda_.REQUESTS, 7.44e6),
            (lambda_.SNAPSHOT["x86_64"], 2_678_400),
            (RESTORED, 74_400),
        ),
        263.92,
    ),
    "1 M runs a day of 2 s behind Kafka, with 800 hours of pollers": (
        LAMBDA,
        ((X86, 60e6 - 400_000), (lambda_.REQUESTS, 60e6), (KAFKA_POLLERS, 800)),
        1153.30,
    ),
    "1 M runs a day of 1 s behind SQS, with 8,000 hours of pollers": (
        LAMBDA,
        ((X86, 30e6), (lambda_.REQUESTS, 30e6), (lambda_.POLLER_HOURS, 8000)),
        580.00,
    ),
    "10 sources of Kafka that share a poller": (
        LAMBDA,
        ((X86, 60e6), (lambda_.REQUESTS, 300e6), (KAFKA_POLLERS, 720)),
        1193.20,
    ),
    "10 M runs of 2 s for 1,000 tenants apart": (
        LAMBDA,
        ((X86, 20e6), (lambda_.REQUESTS, 10e6), (priced("lambda_tenant_environment_gb"), 200_000)),
        368.74,
    ),
    "10 M runs of 10 ms and 128 MB at the edge": (
        LAMBDA,
        ((EDGE, 100_000 / 8), (EDGE_RUNS, 10e6)),
        6.63,
    ),
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
