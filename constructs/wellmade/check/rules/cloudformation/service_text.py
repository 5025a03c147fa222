"""Texts have the form that the service takes."""

import re
from collections.abc import Callable, Iterator

from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.apigateway import QUOTA_PERIODS
from wellmade.facts.elasticache import is_node_type, is_window
from wellmade.facts.glue import is_column_name, is_column_type
from wellmade.graph import Graph, Resource, as_list, as_mapping, text

_FORMS: dict[str, dict[str, tuple[Callable[[str], object], str]]] = {
    "AWS::ElasticLoadBalancingV2::TargetGroup": {
        "HealthCheckPath": (re.compile(r"/").match, "a path such as /health"),
    },
    "AWS::ApiGateway::BasePathMapping": {
        "BasePath": (re.compile(r"(?:[^/].*[^/]|[^/]?)").fullmatch, "a path without outer slashes"),
    },
    "AWS::ApiGateway::UsagePlan": {
        "Quota.Period": (QUOTA_PERIODS.count, "DAY, WEEK or MONTH"),
    },
    "AWS::SNS::Subscription": {
        "FilterPolicyScope": (("MessageAttributes", "MessageBody").count, "MessageAttributes or MessageBody"),
    },
    "AWS::ElastiCache::ReplicationGroup": {
        "CacheNodeType": (is_node_type, "a type such as cache.t4g.micro"),
        "PreferredMaintenanceWindow": (is_window, "a window such as sun:03:00-sun:04:00"),
    },
}
_COLUMNS = "TableInput.StorageDescriptor.Columns"


def _check(graph: Graph) -> Iterator[Violation]:
    for resource in graph.of_type(*_FORMS):
        for path, (fits, allowed) in _FORMS[resource.type].items():
            given = text(resource.get(path))
            if given is not None and not fits(given):
                yield Violation(resource, f"Properties.{path}", f"is {given!r}, must be {allowed}")
    for table in graph.of_type("AWS::Glue::Table"):
        yield from _columns(table)
    for task in graph.of_type("AWS::ECS::TaskDefinition"):
        yield from _names(task)


def _columns(table: Resource) -> Iterator[Violation]:
    seen: set[str] = set()
    for index, column in enumerate(map(as_mapping, as_list(table.get(_COLUMNS)))):
        name, kind = text(column.get("Name")), text(column.get("Type"))
        path = f"Properties.{_COLUMNS}.{index}"
        if name is not None and not is_column_name(name):
            yield Violation(table, path, f"is called {name!r}, must be letters, digits and underscores")
        if name in seen:
            yield Violation(table, path, f"is called {name!r}, as another column is")
        if kind is not None and not is_column_type(kind):
            yield Violation(table, path, f"has the type {kind!r}, which Athena does not know")
        seen |= {name} if name else set()


def _names(task: Resource) -> Iterator[Violation]:
    names = [text(as_mapping(each).get("Name")) for each in as_list(task.get("ContainerDefinitions"))]
    for index, name in enumerate(names):
        if name is not None and name in names[:index]:
            message = f"is {name!r}, as that of another container of the task"
            yield Violation(task, f"Properties.ContainerDefinitions.{index}.Name", message)


RULE = Rule(
    id="service-text",
    title="Texts have the form that the service takes",
    severity=Severity.WARNING,
    explanation=(
        "The service refuses the text, the deployment fails half way and rolls back. CloudFormation does "
        "not look at it before it starts."
    ),
    fix="write it as the service does",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html",
    check=_check,
)
