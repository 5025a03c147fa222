"""Reserved concurrency fits into the connections of the database."""

from collections import defaultdict
from collections.abc import Iterator

from wellmade.check.databases import CLUSTER, INSTANCE
from wellmade.check.direct import direct_connections
from wellmade.check.failures import FUNCTIONS
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, as_list, attributes

_GROUPS = ("DBParameterGroupName", "DBClusterParameterGroupName")
_PERCENT = "ConnectionPoolConfigurationInfo.MaxConnectionsPercent"
_DEFAULT_PERCENT = 100


def _check(graph: Graph) -> Iterator[Violation]:
    for database, functions in _users(graph).items():
        offered = _connections(graph, database)
        reserved = [each.number("ReservedConcurrentExecutions", 0) or 0 for each in functions]
        if offered is not None and sum(reserved) > offered:
            names = " + ".join(
                f"{count:.12g} of {each.logical_id}" for count, each in zip(reserved, functions, strict=True)
            )
            message = f"is for {offered:.12g} connections, and {sum(reserved):.12g} are reserved ({names})"
            yield Violation(database, f"Properties.{_path(database)}", message)


def _users(graph: Graph) -> dict[Resource, list[Resource]]:
    """Return who may hold connections at once, by the database or the proxy in front of it."""
    users: dict[Resource, list[Resource]] = defaultdict(list)
    for function, database, _ in direct_connections(graph):
        users[database].append(function)
    for group in graph.of_type("AWS::RDS::DBProxyTargetGroup"):
        proxy = graph.target(group.get("DBProxyName"), "AWS::RDS::DBProxy")
        for function in graph.of_type(*FUNCTIONS) if proxy else ():
            named = attributes(dict(graph.environment_of(function)))
            if proxy and any(each.resource_id == proxy.id and each.name == "Endpoint" for each in named):
                users[group].append(function)
    return users


def _connections(graph: Graph, database: Resource) -> float | None:
    if database.type == "AWS::RDS::DBProxyTargetGroup":
        percent = database.number(_PERCENT, _DEFAULT_PERCENT)
        names = ("DBInstanceIdentifiers", "DBClusterIdentifiers")
        behind = [graph.target(value) for name in names for value in as_list(database.get(name))]
        found = [_connections(graph, each) for each in behind if each]
        whole = found[0] if len(found) == 1 else None
        return None if whole is None or percent is None else whole * percent // 100
    parameters = graph.target(database.get(_path(database)))
    return parameters.number("Parameters.max_connections") if parameters else None


def _path(database: Resource) -> str:
    return {INSTANCE: _GROUPS[0], CLUSTER: _GROUPS[1]}.get(database.type, _PERCENT)


RULE = Rule(
    id="connection-budget",
    title="Reserved concurrency fits into the connections of the database",
    severity=Severity.WARNING,
    explanation=(
        "Each concurrent execution holds a connection. At full load the database has none left for the "
        "rest, not for you at the console either, and every request fails until load falls."
    ),
    fix="reserve less concurrency, raise max_connections, or put an AWS::RDS::DBProxy in front",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html",
    check=_check,
)
