"""Functions and services and the databases, caches and file systems that they connect to."""

from collections.abc import Iterator

from wellmade.check.delivery.network.callers import callers
from wellmade.check.delivery.network.connection import Connection
from wellmade.graph import Graph, Resource, Value, as_list, as_mapping, attributes, number, text

_GROUPS = {
    "AWS::RDS::DBInstance": "VPCSecurityGroups",
    "AWS::RDS::DBCluster": "VpcSecurityGroupIds",
    "AWS::RDS::DBProxy": "VpcSecurityGroupIds",
    "AWS::ElastiCache::ReplicationGroup": "SecurityGroupIds",
    "AWS::ElastiCache::ServerlessCache": "SecurityGroupIds",
    "AWS::ElastiCache::CacheCluster": "VpcSecurityGroupIds",
    "AWS::DocDB::DBCluster": "VpcSecurityGroupIds",
    "AWS::OpenSearchService::Domain": "VPCOptions.SecurityGroupIds",
}
_PORTS = (
    ("postgres", 5432),
    ("mysql", 3306),
    ("mariadb", 3306),
    ("aurora", 3306),
    ("sqlserver", 1433),
    ("oracle", 1521),
    ("redis", 6379),
    ("valkey", 6379),
    ("memcached", 11211),
    ("docdb", 27017),
)
_LOST = "every connection waits until it times out"
_FILES = 2049


def connections(graph: Graph) -> Iterator[Connection]:
    """Yield the way from whoever has an address of a database in its variables, and from proxies."""
    for caller, runs, groups in callers(graph):
        for store in _named(graph, list(graph.environment_of(runs).values())):
            yield from _to(caller, groups, store)
        for target in _mounts(graph, runs):
            guards = as_list(target.get("SecurityGroups"))
            yield Connection(caller, target, _FILES, groups, guards, "mounts", "nothing starts")
    for group in graph.of_type("AWS::RDS::DBProxyTargetGroup"):
        proxy = graph.target(group.get("DBProxyName"), "AWS::RDS::DBProxy")
        for name in ("DBClusterIdentifiers", "DBInstanceIdentifiers"):
            for value in as_list(group.get(name)) if proxy else ():
                behind = graph.target(value, *_GROUPS)
                if behind and proxy:
                    yield from _to(proxy, as_list(proxy.get("VpcSecurityGroupIds")), behind)


def _named(graph: Graph, variables: list[Value]) -> Iterator[Resource]:
    found = {
        each.resource_id: None
        for each in attributes(variables)
        if "ndpoint" in each.name or "Address" in each.name
    }
    for resource_id in found:
        store = graph.resources.get(resource_id)
        if store and store.type in _GROUPS:
            yield store


def _to(source: Resource, groups: list[Value], store: Resource) -> Iterator[Connection]:
    port = _port(store)
    if port is not None:
        guards = as_list(store.get(_GROUPS[store.type]))
        yield Connection(source, store, port, groups, guards, "connects to", _LOST)


def _port(store: Resource) -> float | None:
    if store.get("Port") is not None:
        return number(store.get("Port"))
    if store.type == "AWS::OpenSearchService::Domain":
        return 443
    engine = (text(store.get("Engine", store.get("EngineFamily", ""))) or "").lower()
    engine = "docdb" if store.type.startswith("AWS::DocDB") else engine
    return next((port for name, port in _PORTS if name in engine), None)


def _mounts(graph: Graph, runs: Resource) -> Iterator[Resource]:
    """Yield the mount targets of the file systems that a function or a task uses."""
    named = [as_mapping(each).get("Arn") for each in as_list(runs.get("FileSystemConfigs"))]
    volumes = map(as_mapping, as_list(runs.get("Volumes")))
    named += [as_mapping(volume.get("EFSVolumeConfiguration")).get("FilesystemId") for volume in volumes]
    for value in named:
        files = graph.target(value)
        if files and files.type == "AWS::EFS::AccessPoint":
            files = graph.target(files.get("FileSystemId"))
        for target in graph.of_type("AWS::EFS::MountTarget") if files else ():
            if graph.target(target.get("FileSystemId")) is files:
                yield target
