"""Amazon RDS, Aurora and ElastiCache: capacity or instances by the hour, and storage."""

import re
from collections.abc import Iterator

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Resource

PAGE = "https://aws.amazon.com/rds/aurora/pricing/"
RDS_PAGE = "https://aws.amazon.com/rds/postgresql/pricing/"
CACHE_PAGE = "https://aws.amazon.com/elasticache/pricing/"
CAPACITY = flat("capacity unit hours (ACU)", PAGE, "aurora_serverless_v2_acu_hour_standard")
CAPACITY_OPTIMIZED = flat("I/O-Optimized ACU hours", PAGE, "aurora_serverless_v2_acu_hour_i_o_optimized")
STORED = flat("GB stored (Aurora)", PAGE, "aurora_gb_month_standard")


def cluster(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield what a cluster stores; what it reads and writes is counted by nothing here."""
    yield Charge(STORED, usage.gigabytes(resource))
    if resource.get("StorageType") != "aurora-iopt1":
        yield NotPriced("I/O requests of Aurora Standard: nothing tells how many")


def instance(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield an instance by its class, or the least capacity of a serverless one."""
    kind = str(resource.get("DBInstanceClass"))
    if kind == "db.serverless":
        yield from _serverless(resource, usage)
        return
    zones = "multi" if resource.flag("MultiAZ") else "single"
    if "postgres" in str(resource.get("Engine")) and not resource.get("DBClusterIdentifier"):
        name = _slug(f"rds_postgresql_{kind}_{zones}_az_hour")
        yield Charge(flat(f"{kind} hours, {zones} AZ", RDS_PAGE, name), HOURS_A_MONTH, fixed=True)
    else:
        yield NotPriced(f"an instance {kind} of {resource.get('Engine')}")
    allocated = resource.number("AllocatedStorage")
    if allocated is None and resource.get("AllocatedStorage") is not None:
        yield NotPriced("GB of its storage, which the template does not tell")
    if allocated:
        stored = flat(f"GB gp3, {zones} AZ", RDS_PAGE, f"rds_gb_month_gp3_{zones}_az")
        yield Charge(stored, allocated, fixed=True)


def _serverless(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    owner = usage.graph.target(resource.get("DBClusterIdentifier"), "AWS::RDS::DBCluster")
    least = owner.number("ServerlessV2ScalingConfiguration.MinCapacity") if owner else None
    if owner is None or least is None:
        yield NotPriced("capacity of a cluster that these templates do not tell")
        return
    usage.assume(f"{short(resource)}: {least:g} ACU all month, the least of its cluster")
    optimized = owner.get("StorageType") == "aurora-iopt1"
    yield Charge(CAPACITY_OPTIMIZED if optimized else CAPACITY, least * HOURS_A_MONTH, fixed=True)


def endpoint(_: Resource, __: Usage) -> Iterator[NotPriced]:
    """Say that its price is in no source that the price file has."""
    yield NotPriced("hours of an endpoint of RDS Proxy beside the first: the price file has none")


def both_regions(_: Resource, __: Usage) -> Iterator[NotPriced]:
    """Say that what is carried to the other region is counted by nothing here."""
    yield NotPriced("writes that are replicated to the other region: nothing tells how many")


def cache(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the nodes of a replication group."""
    groups = usage.number(resource, "NumNodeGroups", 1)
    nodes = usage.number(resource, "NumCacheClusters", 0) or groups * (
        1 + usage.number(resource, "ReplicasPerNodeGroup", 0)
    )
    kind, engine = str(resource.get("CacheNodeType")), str(resource.get("Engine", "redis"))
    meter = flat(f"{engine} {kind} hours", CACHE_PAGE, _slug(f"elasticache_{engine}_{kind}_hour"))
    yield Charge(meter, nodes * HOURS_A_MONTH, fixed=True)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower())


PRICED = {
    "AWS::RDS::DBCluster": cluster,
    "AWS::RDS::DBInstance": instance,
    "AWS::RDS::DBProxyEndpoint": endpoint,
    "AWS::RDS::GlobalCluster": both_regions,
    "AWS::ElastiCache::ReplicationGroup": cache,
}
