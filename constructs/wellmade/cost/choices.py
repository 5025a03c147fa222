"""What people choose between by price, each with its loads and what is assumed."""

from collections.abc import Mapping

from wellmade.cost.break_evens import Choice, Way
from wellmade.cost.meter import Meter, flat
from wellmade.cost.services import dynamodb, fargate, lambda_, step_functions, vpc
from wellmade.facts.lambda_ import PROCESSOR_MEMORY
from wellmade.facts.prices import HOURS_A_MONTH, SECONDS_A_MONTH

_CPU_SECONDS, _FULL_CPU_GB = 0.1, PROCESSOR_MEMORY / 1024
"""What a request works, and the memory at which a function has one processor."""
BUSY = 0.6
"""Share of their processors that tasks and instances use on average, so that they keep up with a peak."""
MANAGED_FEE, MANAGED_LEAST = 1.15, 3
"""Over the instance's price, and how many instances run at least.

Source: https://aws.amazon.com/lambda/pricing/ and
https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html
"""
_EC2_PAGE = "https://aws.amazon.com/ec2/pricing/on-demand/"
INSTANCE = flat("c7g.large hours", _EC2_PAGE, "ec2_on_demand_linux_c7g_large_hour")
MANAGED_REQUESTS = flat(
    "requests to managed instances",
    lambda_.PAGE,
    "lambda_managed_instances_1m_requests_plus_15_of_the_ec2_on_demand_price",
    per=1e6,
)
_RATE, _TRANSITIONS, _CHUNK_GB = 0.01, 10, 64 / 1024
_CAPACITY = 100
_SERVICES, _ZONES = 3, 2


def _of(*taken: tuple[Meter, float], region: str) -> float | None:
    costs = [meter.cost(units, region) for meter, units in taken]
    return None if any(cost is None for cost in costs) else sum(cost for cost in costs if cost is not None)


def _function(rate: float, region: str) -> float | None:
    runs = rate * SECONDS_A_MONTH
    duration = lambda_.DURATION["arm64"], runs * _CPU_SECONDS * _FULL_CPU_GB
    return _of((lambda_.REQUESTS, runs), duration, region=region)


def _tasks(rate: float, region: str) -> float | None:
    hours = max(2.0, rate * _CPU_SECONDS / BUSY) * HOURS_A_MONTH
    return _of((fargate.CPU["ARM64"], hours), (fargate.MEMORY["ARM64"], 2 * hours), region=region)


def _instances(rate: float, region: str) -> float | None:
    return _of((INSTANCE, max(2.0, rate * _CPU_SECONDS / BUSY / 2) * HOURS_A_MONTH), region=region)


def _managed(rate: float, region: str) -> float | None:
    hours = max(MANAGED_LEAST, rate * _CPU_SECONDS / BUSY / 2) * HOURS_A_MONTH * MANAGED_FEE
    return _of((INSTANCE, hours), (MANAGED_REQUESTS, rate * SECONDS_A_MONTH), region=region)


def _standard(_seconds: float, region: str) -> float | None:
    return _of((step_functions.TRANSITIONS, _RATE * SECONDS_A_MONTH * _TRANSITIONS), region=region)


def _express(seconds: float, region: str) -> float | None:
    runs = _RATE * SECONDS_A_MONTH
    memory = step_functions.MEMORY, runs * seconds * _CHUNK_GB / 3600
    return _of((step_functions.REQUESTS, runs), memory, region=region)


def _nat(gigabytes: float, region: str) -> float | None:
    hours = _ZONES * HOURS_A_MONTH
    return _of((vpc.NAT_HOURS, hours), (vpc.ADDRESS_HOURS, hours), (vpc.NAT_BYTES, gigabytes), region=region)


def _endpoints(gigabytes: float, region: str) -> float | None:
    hours = _SERVICES * _ZONES * HOURS_A_MONTH
    return _of((vpc.ENDPOINT_HOURS, hours), (vpc.ENDPOINT_BYTES, gigabytes), region=region)


def _meter(meter: Meter, *, fixed: float | None = None, factor: float = 1.0) -> Way:
    """Return a way that costs by one meter: a fixed number of units, or the amount times a factor."""
    return lambda amount, region: meter.cost(factor * amount if fixed is None else fixed, region)


def _of_a_table(what: str, kilobytes: int, requests: Meter, hours: Meter) -> Choice:
    return Choice(
        f"{what} a second, on average",
        f"items up to {kilobytes} KB, peaks of {_CAPACITY} a second that provisioned capacity must hold",
        {
            "on demand": _meter(requests, factor=SECONDS_A_MONTH),
            "provisioned": _meter(hours, fixed=_CAPACITY * HOURS_A_MONTH),
        },
        0.1,
        _CAPACITY,
    )


CHOICES: Mapping[str, Choice] = {
    "compute": Choice(
        "requests a second, on average",
        "a request works 100 ms on one arm64 processor; tasks and instances are busy for 60 %, and two at "
        "least (managed instances: three)",
        {"Lambda": _function, "Fargate": _tasks, "EC2": _instances, "Managed Instances": _managed},
        0.01,
        10_000,
    ),
    "network": Choice(
        "GB a month to AWS services",
        f"{_SERVICES} services, {_ZONES} zones, a NAT gateway with its address in each for that alone, or a "
        "regional one, which is paid for in each zone as well; S3 and DynamoDB have gateway endpoints, which "
        "are free",
        {"NAT gateways": _nat, "regional NAT gateway": _nat, "interface endpoints": _endpoints},
        1,
        100_000,
    ),
    "network with NAT": Choice(
        "GB a month to AWS services",
        f"{_SERVICES} services, {_ZONES} zones, and NAT gateways that are there anyway: only bytes count",
        {"NAT gateways": _meter(vpc.NAT_BYTES), "interface endpoints": _endpoints},
        1,
        100_000,
    ),
    "workflow": Choice(
        "seconds that an execution takes",
        f"{_RATE * 3600:.0f} executions an hour of {_TRANSITIONS} state transitions and 64 MB; an express "
        "workflow may run twice, and takes 5 minutes at most",
        {"Standard": _standard, "Express": _express},
        0.1,
        300,
    ),
    "table writes": _of_a_table("writes", 1, dynamodb.WRITES, dynamodb.WRITE_HOURS),
    "table reads": _of_a_table("consistent reads", 4, dynamodb.READS, dynamodb.READ_HOURS),
    "function architecture": Choice(
        "GB-seconds a month",
        "the code runs on either, and as fast",
        {"x86_64": _meter(lambda_.DURATION["x86_64"]), "arm64": _meter(lambda_.DURATION["arm64"])},
        1,
        1e9,
    ),
    "task architecture": Choice(
        "vCPU-hours a month",
        "the program runs on either, and as fast",
        {"x86_64": _meter(fargate.CPU["X86_64"]), "arm64": _meter(fargate.CPU["ARM64"])},
        1,
        1e6,
    ),
}
"""What people choose between by price; API Gateway and load balancers are compared by `wellmade ingress`."""
