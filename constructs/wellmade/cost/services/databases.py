"""Amazon RDS, Aurora and ElastiCache: capacity or instances by the hour, and storage."""

import re
from collections.abc import Iterator

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Resource, text

PAGE = "https://aws.amazon.com/rds/aurora/pricing/"
RDS_PAGE = "https://aws.amazon.com/rds/postgresql/pricing/"
CACHE_PAGE = "https://aws.amazon.com/elasticache/pricing/"
CAPACITY = flat("capacity unit hours (ACU)", PAGE, "aurora_serverless_v2_acu_hour_standard")
CAPACITY_OPTIMIZED = flat("I/O-Optimized ACU hours", PAGE, "aurora_serverless_v2_acu_hour_i_o_optimized")
STORED = flat("GB stored (Aurora)", PAGE, "aurora_gb_month_standard")
STORED_OPTIMIZED = flat("GB stored (Aurora, I/O-Optimized)", PAGE, "aurora_gb_month_i_o_optimized")
ENGINES = {"mariadb": "mariadb", "mysql": "mysql", "postgres": "postgresql"}
"""Engines of RDS that the price file may know, with their names there."""
FEW_OPERATIONS, STRIPED, MANY_OPERATIONS = 3_000, 400, 12_000
"""IOPS that gp3 has below and from so many GB on.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
"""
_LEAST_OPERATIONS = 1_000
"""Of storage with operations that are provisioned, from the same page."""
OUT_OF_SUPPORT = {
    "aurora-mysql": r"5\.7",
    "aurora-postgresql": r"1[123]\b",
    "mysql": r"5\.7|8\.0",
    "postgres": r"1[123]\b",
}
"""Versions whose standard support ended before December 2026.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support-versions.html
"""
_FREE_DAYS = 7
"""For which Performance Insights keeps what it saw at no cost. https://aws.amazon.com/rds/performance-insights/pricing/"""
GENERAL_PURPOSE = ("gp2", "gp3")
"""Storage of one price. https://aws.amazon.com/rds/postgresql/pricing/"""


def cluster(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield what a cluster stores; what it reads and writes is counted by nothing here."""
    engine = _engine(resource)
    if not engine.startswith("aurora"):
        yield NotPriced(f"a cluster of {engine or 'an engine not told'}: instances and storage")
        return
    if (resource.number("BacktrackWindow") or 0) > 0:
        yield NotPriced("changes that are kept for backtracking: nothing tells how many")
    yield from _insights(resource)
    if resource.get("EngineMode") == "serverless":
        yield NotPriced("capacity of Aurora Serverless v1")
    yield from _old_version(resource)
    if _is_optimized(resource):
        yield Charge(STORED_OPTIMIZED, usage.gigabytes(resource))
        return
    yield Charge(STORED, usage.gigabytes(resource))
    yield NotPriced("I/O requests of Aurora Standard: nothing tells how many")


def instance(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield an instance by its class, or the least capacity of a serverless one."""
    kind = text(resource.get("DBInstanceClass")) or "of a class not told"
    yield from _insights(resource)
    if kind == "db.serverless":
        yield from _serverless(resource, usage)
        return
    if resource.get("MultiAZ") is not None and resource.flag("MultiAZ") is None:
        usage.assume(f"{short(resource)}: in one zone (the template does not tell MultiAZ)")
    zones = "multi" if resource.flag("MultiAZ") else "single"
    source = usage.graph.target(resource.get("SourceDBInstanceIdentifier"), "AWS::RDS::DBInstance")
    engine = _engine(source or resource)
    owner = usage.graph.target(resource.get("DBClusterIdentifier"), "AWS::RDS::DBCluster")
    yield from _old_version(resource)
    if engine.startswith("aurora"):
        name = _slug(f"aurora_{kind}_{'i_o_optimized_' if _is_optimized(owner) else ''}hour")
        yield Charge(flat(f"{kind} hours (Aurora)", PAGE, name), HOURS_A_MONTH, fixed=True)
        return
    if resource.get("DBClusterIdentifier") is not None or engine not in ENGINES:
        yield NotPriced(f"an instance {kind} of {engine or 'an engine not told'}, and its storage")
        return
    name = _slug(f"rds_{ENGINES[engine]}_{kind}_{zones}_az_hour")
    yield Charge(flat(f"{engine} {kind} hours, {zones} AZ", RDS_PAGE, name), HOURS_A_MONTH, fixed=True)
    yield from _stored(source if source and resource.get("AllocatedStorage") is None else resource, zones)


def _insights(resource: Resource) -> Iterator[NotPriced]:
    """Say that what Performance Insights keeps for longer is paid for by vCPU."""
    if (resource.number("PerformanceInsightsRetentionPeriod") or 0) > _FREE_DAYS:
        yield NotPriced("Performance Insights that are kept for more than 7 days, by vCPU")


def _stored(resource: Resource, zones: str) -> Iterator[Charge | NotPriced]:
    """Yield the storage of an instance, and the operations for which more is paid than the storage has."""
    allocated = resource.number("AllocatedStorage")
    if allocated is not None and resource.get("StorageType") == "io1":
        for counted, units in (("gb", allocated), ("iops", resource.number("Iops") or _LEAST_OPERATIONS)):
            meter = flat(
                f"{counted.upper()} io1, {zones} AZ", RDS_PAGE, f"rds_{counted}_month_io1_{zones}_az"
            )
            yield Charge(meter, units, fixed=True)
        return
    if allocated is None or resource.get("StorageType", "gp3") not in GENERAL_PURPOSE:
        yield NotPriced("GB of its storage, of which the template does not tell the size or a common kind")
    else:
        stored = flat(f"GB gp3, {zones} AZ", RDS_PAGE, f"rds_gb_month_gp3_{zones}_az")
        yield Charge(stored, allocated, fixed=True)
        included = MANY_OPERATIONS if allocated >= STRIPED else FEW_OPERATIONS
        more = flat(f"IOPS of gp3, {zones} AZ", RDS_PAGE, f"rds_iops_month_gp3_{zones}_az")
        yield Charge(more, max(0.0, (resource.number("Iops") or 0) - included), fixed=True)


def _serverless(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    owner = usage.graph.target(resource.get("DBClusterIdentifier"), "AWS::RDS::DBCluster")
    least = owner.number("ServerlessV2ScalingConfiguration.MinCapacity") if owner else None
    if owner is None or least is None:
        yield NotPriced("capacity of a cluster that these templates do not tell")
        return
    usage.assume(f"{short(resource)}: {least:g} ACU all month, the least of its cluster")
    yield Charge(CAPACITY_OPTIMIZED if _is_optimized(owner) else CAPACITY, least * HOURS_A_MONTH, fixed=True)


def _is_optimized(cluster: Resource | None) -> bool:
    return cluster is not None and cluster.get("StorageType") == "aurora-iopt1"


def _engine(database: Resource) -> str:
    """Return the engine, which AWS takes in capitals as well; nothing where the template does not tell."""
    return (text(database.get("Engine")) or "").lower()


def _old_version(resource: Resource) -> Iterator[NotPriced]:
    """Say that an old version costs by vCPU, unless it may not be kept beyond its standard support."""
    engine, version = _engine(resource), str(resource.get("EngineVersion"))
    kept = resource.get("EngineLifecycleSupport") != "open-source-rds-extended-support-disabled"
    if kept and re.match(OUT_OF_SUPPORT.get(engine, "$^"), version):
        yield NotPriced(f"extended support of {engine} {version}")


def endpoint(_: Resource, __: Usage) -> Iterator[NotPriced]:
    """Say that its price is in no source that the price file has."""
    yield NotPriced("hours of an endpoint of RDS Proxy beside the first: the price file has none")


def both_regions(_: Resource, __: Usage) -> Iterator[NotPriced]:
    """Say that what is carried to the other region is counted by nothing here."""
    yield NotPriced("writes that are replicated to the other region: nothing tells how many")


def cache(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield the nodes of a replication group."""
    if resource.get("NumCacheClusters") is not None:
        nodes = usage.number(resource, "NumCacheClusters", 1)
    else:
        replicas = usage.number(resource, "ReplicasPerNodeGroup", 0)
        nodes = usage.number(resource, "NumNodeGroups", 1) * (1 + replicas)
    kind, engine = text(resource.get("CacheNodeType")), text(resource.get("Engine", "redis"))
    if kind is None or engine is None:
        yield NotPriced("nodes of a type or an engine that the template does not tell")
        return
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
