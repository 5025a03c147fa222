"""What keeps the data costs: a run reads one item and writes one, as large as the answers say."""

from collections.abc import Mapping
from math import ceil

from wellmade.advise.fields import Value
from wellmade.advise.taken import Taken
from wellmade.advise.workload import Workload
from wellmade.cost.meter import flat
from wellmade.cost.services import databases, dynamodb, kinesis, proxies, s3
from wellmade.facts.prices import HOURS_A_MONTH, KILOBYTES_A_GIGABYTE, SECONDS_A_MONTH

_WRITE_KILOBYTES, _READ_KILOBYTES = 1, 4
"""Of a unit. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html"""
_ZONES, _LEAST_CAPACITY = 2, 0.5
"""A writer and a reader in another zone, and what each keeps at rest, in ACU."""
_INSTANCE_RUNS = 1000
"""A second, each a read and a write by key, which two processors are taken to bear at most."""
_NODE_GB = 0.5
"""Memory of a cache.t4g.micro. https://aws.amazon.com/elasticache/pricing/"""
_INSTANCE = flat(
    "db.r7g.large hours, two zones", databases.RDS_PAGE, "rds_postgresql_db_r7g_large_multi_az_hour"
)
_INSTANCE_STORED = flat("GB gp3, two zones", databases.RDS_PAGE, "rds_gb_month_gp3_multi_az")
_NODE = flat("valkey cache.t4g.micro hours", databases.CACHE_PAGE, "elasticache_valkey_cache_t4g_micro_hour")


def _runs(workload: Workload) -> float:
    return workload.number("rate") * SECONDS_A_MONTH


def _table(workload: Workload, _: Mapping[str, Value]) -> Taken:
    size = workload.number("size")
    yield dynamodb.WRITES, _runs(workload) * max(1, ceil(size / _WRITE_KILOBYTES))
    yield dynamodb.READS, _runs(workload) * max(1, ceil(size / _READ_KILOBYTES))
    yield dynamodb.STORED, workload.number("stored")


def _aurora(workload: Workload, _: Mapping[str, Value]) -> Taken:
    yield databases.CAPACITY, _ZONES * _LEAST_CAPACITY * HOURS_A_MONTH
    yield databases.STORED, workload.number("stored")
    yield "capacity above what the database keeps at rest, and its I/O: no measured load tells how much"
    yield proxies.CAPACITY, max(_ZONES * _LEAST_CAPACITY, proxies.LEAST_CAPACITY) * HOURS_A_MONTH


def _instance(workload: Workload, _: Mapping[str, Value]) -> Taken:
    yield _INSTANCE, HOURS_A_MONTH
    peak = workload.number("peak")
    if peak > _INSTANCE_RUNS:
        yield f"an instance for a peak of {peak:g} a second: no measured load tells its size"
    yield _INSTANCE_STORED, workload.number("stored")
    yield proxies.PROCESSORS, proxies.LEAST_PROCESSORS * HOURS_A_MONTH


def _bucket(workload: Workload, _: Mapping[str, Value]) -> Taken:
    yield s3.STORED, workload.number("stored")
    yield s3.PUTS, _runs(workload)
    yield s3.GETS, _runs(workload)


def _archive(workload: Workload, _: Mapping[str, Value]) -> Taken:
    rounded = ceil(workload.number("size") / kinesis.ROUNDED_KILOBYTES) * kinesis.ROUNDED_KILOBYTES
    gigabytes = _runs(workload) * rounded / KILOBYTES_A_GIGABYTE
    yield s3.STORED, workload.number("stored")
    yield kinesis.INGESTED, gigabytes
    yield kinesis.CONVERTED, gigabytes
    yield "what Athena reads: nothing tells how much"


def _cache(workload: Workload, _: Mapping[str, Value]) -> Taken:
    if workload.number("stored") > _NODE_GB:
        yield f"nodes that hold {workload.number('stored'):g} GB in memory: the price file has none"
    else:
        yield _NODE, _ZONES * HOURS_A_MONTH


COSTS = {
    "table": _table,
    "aurora": _aurora,
    "instance": _instance,
    "bucket": _bucket,
    "archive": _archive,
    "cache": _cache,
}
