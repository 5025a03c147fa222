"""AWS Lambda: requests, duration by architecture, what is kept warm, and the receives of its pollers."""

from collections.abc import Iterator
from math import inf

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, Meter, NotPriced, flat
from wellmade.cost.services.cloudwatch import LOGS_IN
from wellmade.cost.services.sqs import requests_of
from wellmade.cost.usage import Usage
from wellmade.facts.prices import KILOBYTES_A_GIGABYTE, SECONDS_A_MONTH
from wellmade.graph import Resource, as_list

PAGE = "https://aws.amazon.com/lambda/pricing/"
REQUESTS = flat("requests", PAGE, "lambda_1m_requests", per=1e6, free=1e6)
DURATION = {
    "x86_64": Meter(
        "GB-seconds", PAGE,
        ((6e9, "lambda_gb_second_x86_tier1"), (15e9, "lambda_gb_second_x86_tier2_6b"),
         (inf, "lambda_gb_second_x86_tier3_15b")), free=400_000,
    ),
    "arm64": Meter(
        "GB-seconds (arm64)", PAGE,
        ((7.5e9, "lambda_gb_second_arm64_tier1"), (18.75e9, "lambda_gb_second_arm64_tier2_7_5b"),
         (inf, "lambda_gb_second_arm64_tier3_18_75b")), free=400_000,
    ),
}  # fmt: skip
DISK = flat("GB-seconds of storage over 512 MB", PAGE, "lambda_gb_second_ephemeral_storage_over_512_mb")
KEPT_WARM = {
    "x86_64": flat("GB-seconds kept warm", PAGE, "lambda_gb_second_provisioned_concurrency_x86"),
    "arm64": flat("GB-seconds kept warm (arm64)", PAGE, "lambda_gb_second_provisioned_concurrency_arm64"),
}
POLLERS, LONGEST_WAIT = 5, 20
"""With how many receives at once a source polls an empty queue, and for how many seconds each waits.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""
LOG_KILOBYTES = 1.0
"""Log of a run, where nothing was measured."""


def function(resource: Resource, usage: Usage) -> Iterator[Charge]:
    """Yield what the runs of a function take."""
    runs = list(usage.runs(resource))
    count = sum(one.count for one in runs)
    seconds = sum(one.count * one.seconds for one in runs)
    disk = usage.number(resource, "EphemeralStorage.Size", 512) - 512
    yield Charge(REQUESTS, count)
    yield Charge(DURATION[architecture(resource)], seconds * gigabytes(resource, usage))
    yield Charge(DISK, seconds * disk / 1024)
    if count:
        usage.assume(f"{short(resource)}: writes {LOG_KILOBYTES:g} KB of log in a run")
    yield Charge(LOGS_IN, count * LOG_KILOBYTES / KILOBYTES_A_GIGABYTE)


def gigabytes(resource: Resource, usage: Usage) -> float:
    """Return the memory of a function."""
    return usage.number(resource, "MemorySize", 128) / 1024


def architecture(resource: Resource) -> str:
    """Return what a function runs on; x86 where the template does not say, which costs more."""
    return "arm64" if as_list(resource.get("Architectures"))[:1] == ["arm64"] else "x86_64"


def provisioned(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield what an alias or a version keeps warm; its runs are priced as all others, which is dearer."""
    count = resource.number("ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions")
    owner = usage.graph.function(resource.get("FunctionName"))
    if count and owner is None:
        yield NotPriced("provisioned concurrency of a function that these templates do not hold")
    elif count and owner:
        yield Charge(
            KEPT_WARM[architecture(owner)], count * gigabytes(owner, usage) * SECONDS_A_MONTH, fixed=True
        )


def mapping(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the receives of a source that polls an empty queue."""
    queue = usage.graph.target(resource.get("EventSourceArn"), "AWS::SQS::Queue")
    if resource.get("ProvisionedPollerConfig") is not None:
        yield NotPriced("provisioned pollers: no price of an event poller unit")
    if queue:
        yield Charge(requests_of(queue), POLLERS * SECONDS_A_MONTH / LONGEST_WAIT, fixed=True)


PRICED = {
    "AWS::Lambda::Function": function,
    "AWS::Serverless::Function": function,
    "AWS::Lambda::Alias": provisioned,
    "AWS::Lambda::Version": provisioned,
    "AWS::Lambda::EventSourceMapping": mapping,
}
