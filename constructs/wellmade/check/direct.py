"""Which functions connect to which databases without a proxy between them, and how that shows."""

from collections.abc import Iterator, Mapping

from wellmade.check.conditional import possibly_set
from wellmade.check.databases import CLUSTER, INSTANCE, engine_of
from wellmade.check.failures import FUNCTIONS
from wellmade.graph import Graph, Resource, as_list, attributes, text

_PROXIED = ("mysql", "postgres", "mariadb", "sqlserver", "aurora")
"""Engines that a proxy can stand before."""
_INGRESS = "AWS::EC2::SecurityGroupIngress"
_ATTACHMENT = "AWS::SecretsManager::SecretTargetAttachment"


def direct_connections(graph: Graph) -> Iterator[tuple[Resource, Resource, str]]:
    """Yield functions with the databases that they connect to, and the path where it shows.

    Functions that run once (custom resources, rotations) and those that use the Data API are left aside.
    """
    databases = list(_databases(graph))
    once = set(_run_once(graph)) if databases else set()
    for function in graph.of_type(*FUNCTIONS) if databases else ():
        if function not in once and not _uses_data_api(graph, function):
            for database in databases:
                path = _shown_at(graph, function, database)
                if path:
                    yield function, database, path


def _databases(graph: Graph) -> Iterator[Resource]:
    for database in graph.of_type(INSTANCE, CLUSTER):
        engine = engine_of(database) or ""
        if engine.startswith(_PROXIED) and text(database.get("EngineMode")) != "serverless":
            yield database


def _run_once(graph: Graph) -> Iterator[Resource]:
    for resource in graph.resources.values():
        token = resource.get("ServiceToken", resource.get("RotationLambdaARN"))
        function = graph.function(token) if token is not None else None
        if function:
            yield function


def _uses_data_api(graph: Graph, function: Resource) -> bool:
    return any(
        action.lower().startswith("rds-data:")
        for statement in graph.statements_of(function)
        for action in statement.actions
    )


def _shown_at(graph: Graph, function: Resource, database: Resource) -> str | None:
    members = {database.id, *_members(graph, database)}
    variables = graph.environment_of(function)
    for name, value in variables.items():
        if any(each.resource_id in members and "ndpoint" in each.name for each in attributes(value)):
            return f"Environment.Variables.{name}"
    if not possibly_set(function.get("VpcConfig")) or _has_proxy(graph, members):
        return None
    return _secret_in(graph, variables, members) or _rule_between(graph, function, database)


def _members(graph: Graph, cluster: Resource) -> Iterator[str]:
    for instance in graph.of_type(INSTANCE):
        if graph.target(instance.get("DBClusterIdentifier"), CLUSTER) is cluster:
            yield instance.id


def _has_proxy(graph: Graph, members: set[str]) -> bool:
    return any(
        each.resource_id in members
        for group in graph.of_type("AWS::RDS::DBProxyTargetGroup")
        for each in attributes(dict(group.properties))
    )


def _secret_in(graph: Graph, variables: Mapping[str, object], members: set[str]) -> str | None:
    secrets = {
        secret
        for attachment in graph.of_type(_ATTACHMENT)
        if (target := graph.target(attachment.get("TargetId"))) and target.id in members
        for secret in (attachment, graph.target(attachment.get("SecretId")))
        if secret
    }
    named = (name for name, value in variables.items() if secrets and graph.target(value) in secrets)
    return next((f"Environment.Variables.{name}" for name in named), None)


def _rule_between(graph: Graph, function: Resource, database: Resource) -> str | None:
    """A group of the database lets a group of the function in."""
    names = ("VPCSecurityGroups", "VpcSecurityGroupIds")
    guards = {graph.target(value) for name in names for value in as_list(database.get(name))} - {None}
    callers = {graph.target(value) for value in as_list(function.get("VpcConfig.SecurityGroupIds"))} - {None}
    for rule in graph.of_type(_INGRESS):
        lets_in = graph.target(rule.get("SourceSecurityGroupId")) in callers
        if lets_in and graph.target(rule.get("GroupId")) in guards:
            return "VpcConfig.SecurityGroupIds"
    return None
