"""Amazon RDS Proxy: by the capacity of the databases behind it, with a least that it always takes."""

import re
from collections.abc import Iterator

from wellmade.capacity.names import short
from wellmade.cost.meter import Charge, NotPriced, flat
from wellmade.cost.usage import Usage
from wellmade.facts.prices import HOURS_A_MONTH
from wellmade.graph import Kind, Resource

PAGE = "https://aws.amazon.com/rds/proxy/pricing/"
CAPACITY = flat("ACU hours behind proxies", PAGE, "rds_proxy_acu_hour")
PROCESSORS = flat("vCPU hours behind proxies", PAGE, "rds_proxy_vcpu_hour")
LEAST_CAPACITY, LEAST_PROCESSORS = 8, 2
"""ACU and vCPU that are paid for however small the database is."""
_PROCESSORS = {"micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": 4}


def proxy(resource: Resource, usage: Usage) -> Iterator[Charge | NotPriced]:
    """Yield what stands behind a proxy: capacity of serverless instances, processors of all others."""
    behind = [edge.target for edge in usage.graph.edges(Kind.ROUTES, source=resource)]
    instances = [one for database in behind for one in _instances(database, usage)]
    if not instances:
        yield NotPriced("a proxy before databases that these templates do not tell")
        return
    serverless = [one for one in instances if one.get("DBInstanceClass") == "db.serverless"]
    if serverless:
        least = sum(_capacity(one, usage) for one in serverless)
        units = max(least, LEAST_CAPACITY)
        usage.assume(f"{short(resource)}: a proxy of {units:g} ACU all month ({LEAST_CAPACITY} is the least)")
        yield Charge(CAPACITY, units * HOURS_A_MONTH, fixed=True)
    sizes = [processors(str(one.get("DBInstanceClass"))) for one in instances if one not in serverless]
    if None in sizes:
        yield NotPriced("vCPU behind a proxy, of a class of instances that nobody knows here")
    known = sum(size for size in sizes if size)
    if known:
        yield Charge(PROCESSORS, max(known, LEAST_PROCESSORS) * HOURS_A_MONTH, fixed=True)


def processors(kind: str) -> int | None:
    """Return the vCPU of a class such as `db.r7g.2xlarge`: four for an xlarge; None of one that is no size.

    Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
    """
    found = re.fullmatch(r"db\.[a-z0-9]+\.(?:(\d{1,2})xlarge|(\w+))", kind)
    if found is None:
        return None
    return 4 * int(found[1]) if found[1] else _PROCESSORS.get(found[2])


def _instances(database: Resource, usage: Usage) -> list[Resource]:
    """Return a database itself, or the instances of a cluster."""
    if database.type == "AWS::RDS::DBInstance":
        return [database]
    return [
        one
        for one in usage.graph.of_type("AWS::RDS::DBInstance")
        if usage.graph.target(one.get("DBClusterIdentifier"), "AWS::RDS::DBCluster") is database
    ]


def _capacity(instance: Resource, usage: Usage) -> float:
    cluster = usage.graph.target(instance.get("DBClusterIdentifier"), "AWS::RDS::DBCluster")
    return (cluster.number("ServerlessV2ScalingConfiguration.MinCapacity") if cluster else None) or 0.0


PRICED = {"AWS::RDS::DBProxy": proxy}
