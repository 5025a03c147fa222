"""AWS Lambda: requests, duration by architecture, what is kept warm, and the receives of its pollers."""

from collections.abc import Iterator
from math import inf

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, Meter, NotPriced, flat
from wellmade.cost.services.cloudwatch import LOGS_IN
from wellmade.cost.services.sqs import requests_of
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH, KILOBYTES_A_GIGABYTE, SECONDS_A_MONTH
from wellmade.graph import Kind, Resource, as_list, number

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
SNAPSHOT = {
    "x86_64": flat("GB-seconds of snapshots", PAGE, "lambda_gb_second_snapstart_cache_x86"),
    "arm64": flat("GB-seconds of snapshots (arm64)", PAGE, "lambda_gb_second_snapstart_cache_arm64"),
}
POLLER_HOURS = flat("event poller unit hours of queues", PAGE, "lambda_epu_hour_sqs")
LEAST_POLLERS = 2
"""Of a queue with provisioned pollers that says no number.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""
POLLERS, LONGEST_WAIT = 5, 20
"""With how many receives at once a source polls an empty queue, and for how many seconds each waits.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""
LOG_KILOBYTES = 1.0
"""Log of a run, where nothing was measured."""


def function(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield what the runs of a function take, and what a SAM function keeps warm."""
    yield from _other_ways(resource)
    yield from _snapshots(resource, usage)
    yield from _kept_warm(resource, resource, usage)
    if resource.get("CapacityProviderConfig") is not None:
        return
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
    owner = usage.graph.function(resource.get("FunctionName"))
    if owner is None and resource.get("ProvisionedConcurrencyConfig") is not None:
        yield NotPriced("provisioned concurrency of a function that these templates do not hold")
    elif owner:
        yield from _kept_warm(resource, owner, usage)


def _kept_warm(resource: Resource, owner: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield what is kept warm of a function: as its alias says, or the fewest of the scaling."""
    wanted = resource.get("ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions")
    least = [
        edge.source.number("MinCapacity")
        for edge in usage.graph.edges(kind=Kind.GUARDS, target=owner)
        if edge.source.get("ScalableDimension") == "lambda:function:ProvisionedConcurrency"
        and resource.type in ("AWS::Lambda::Alias", "AWS::Serverless::Function")
    ]
    if wanted is None and not least:
        return
    count = max((one for one in (number(wanted), *least) if one is not None), default=None)
    if count is None or not 0 <= count < inf:
        yield NotPriced("provisioned concurrency of which the template does not tell how much")
        return
    seconds = count * gigabytes(owner, usage) * SECONDS_A_MONTH
    yield Charge(KEPT_WARM[architecture(owner)], seconds, fixed=True)


def _snapshots(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the snapshot that SnapStart keeps of a version; restores are told. Java has both for nothing."""
    kept = resource.get("SnapStart.ApplyOn", "None")
    if kept == "None" or str(resource.get("Runtime")).startswith("java"):
        return
    usage.assume(f"{short(resource)}: SnapStart keeps one version of it")
    yield Charge(SNAPSHOT[architecture(resource)], gigabytes(resource, usage) * SECONDS_A_MONTH, fixed=True)
    yield NotPriced("restores of SnapStart: nothing tells how many environments begin")


def _other_ways(resource: Resource) -> Iterator[NotPriced]:
    """Say what is counted otherwise than runs: instances, steps that are kept, snapshots."""
    if resource.get("CapacityProviderConfig") is not None:
        yield NotPriced("runs on Managed Instances: which instances run, no template tells")
    if resource.get("DurableConfig") is not None:
        yield NotPriced("operations of a durable function, and what they keep: nothing tells how many")
    if resource.get("TenancyConfig") is not None:
        yield NotPriced("environments of tenants: nothing tells how many begin")


def mapping(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the receives of a source that polls an empty queue; one that is off polls nothing."""
    if resource.flag("Enabled") is False:
        return
    queue = usage.graph.target(resource.get("EventSourceArn"), "AWS::SQS::Queue")
    if resource.get("ProvisionedPollerConfig") is not None and queue is None:
        yield NotPriced("provisioned pollers of a source that is no queue of these templates")
    elif resource.get("ProvisionedPollerConfig") is not None:
        pollers = usage.number(resource, "ProvisionedPollerConfig.MinimumPollers", LEAST_POLLERS)
        yield Charge(POLLER_HOURS, pollers * HOURS_A_MONTH, fixed=True)
    if queue:
        yield Charge(requests_of(queue), POLLERS * SECONDS_A_MONTH / LONGEST_WAIT, fixed=True)


PRICED = {
    "AWS::Lambda::Function": function,
    "AWS::Serverless::Function": function,
    "AWS::Lambda::Alias": provisioned,
    "AWS::Lambda::Version": provisioned,
    "AWS::Lambda::EventSourceMapping": mapping,
}
