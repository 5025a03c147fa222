"""What well-known libraries call for a handler: Powertools' parameters, idempotency and feature flags."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.prove.reading.python_expressions import last
from wellmade.prove.reading.python_values import Values

_PARAMETERS = {
    "get_parameter": ("ssm", "GetParameter", "Name", "name"),
    "get_parameters": ("ssm", "GetParametersByPath", "Path", "path"),
    "get_secret": ("secretsmanager", "GetSecretValue", "SecretId", "name"),
}
"""Function of Powertools to its service, operation and parameter, and what it calls that itself."""
_NAMES = frozenset({*_PARAMETERS, "DynamoDBPersistenceLayer", "AppConfigStore"})
_ON_RECORDS = ("GetItem", "PutItem", "UpdateItem", "DeleteItem")

_EVENTS = ("create", "delete", "poll_create", "poll_delete", "poll_update", "update")
"""Decorators of crhelper's `CfnResource`: it calls what they register with the event that it was given."""


def hands_the_event(decorator: ast.AST) -> bool:
    """Tell whether a decorator has a function called with the handler's event, as `@helper.create` does."""
    return isinstance(decorator, ast.Attribute) and decorator.attr in _EVENTS


def library_sites(node: ast.Call, values: Values) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield service, operation and arguments of what a call of a library makes of it."""
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name not in _NAMES:
        return
    given = {each.arg: values.of(each.value) for each in node.keywords if each.arg}
    first = values.of(node.args[0]) if node.args else None
    of_module = not isinstance(node.func, ast.Attribute) or last(node.func.value) == "parameters"
    if name in _PARAMETERS and of_module:
        service, operation, parameter, own = _PARAMETERS[name]
        yield service, operation, {parameter: first or given.get(own)}
    elif name == "DynamoDBPersistenceLayer":
        table = given.get("table_name", first)
        for operation in _ON_RECORDS:
            yield "dynamodb", operation, {"TableName": table, "Key": {}}
    elif name == "AppConfigStore":
        told = {
            "ApplicationIdentifier": given.get("application"),
            "EnvironmentIdentifier": given.get("environment"),
            "ConfigurationProfileIdentifier": given.get("name"),
        }
        yield "appconfigdata", "StartConfigurationSession", told
        yield "appconfigdata", "GetLatestConfiguration", {}
