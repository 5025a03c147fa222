"""Names in scripts as they are compared, and values as far as they are known."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from wellmade.prove.calls.catalogue import model_of
from wellmade.prove.calls.models import UnknownServiceError

CLIENTS = {
    "api-gateway-management-api": "apigatewaymanagementapi",
    "cloudwatch-logs": "logs",
    "cognito-identity-provider": "cognito-idp",
    "dynamodb-streams": "dynamodbstreams",
    "eventbridge": "events",
    "rds-data": "rds-data",
    "secrets-manager": "secretsmanager",
    "sfn": "stepfunctions",
}
"""Packages `@aws-sdk/client-…` whose service boto3 calls otherwise."""
DOCUMENTS = {
    "get": "GetItem", "put": "PutItem", "update": "UpdateItem", "delete": "DeleteItem", "query": "Query",
    "scan": "Scan", "batchGet": "BatchGetItem", "batchWrite": "BatchWriteItem",
    "transactGet": "TransactGetItems", "transactWrite": "TransactWriteItems",
}  # fmt: skip
"""Methods of document clients of DynamoDB; commands have the same names."""
OLD = {
    "CloudWatchLogs": "logs", "CognitoIdentityServiceProvider": "cognito-idp", "EventBridge": "events",
    "SecretsManager": "secretsmanager", "StepFunctions": "stepfunctions",
    "ApiGatewayManagementApi": "apigatewaymanagementapi", "CognitoIdentityProvider": "cognito-idp",
}  # fmt: skip
"""Classes of the SDK whose service boto3 calls otherwise."""
OLD_CLASSES = re.compile(r"""\b(\w+)\s*(?:from|=\s*require\()\s*["']aws-sdk/clients/(\w+)["']""")
"""A class of the old SDK, whatever it is called, and its service."""


def plain(name: str) -> str:
    """Return a name without case and signs."""
    return re.sub(r"[\W_]", "", name).lower()


def client_of(service: str, clients: Mapping[str, str]) -> str:
    """Return what the SDK calls the client of a service, as far as boto3 calls it otherwise."""
    return next((f"{plain(package)}client" for package, name in clients.items() if name == service), "")


def known(value: Any) -> Any:
    """Return a value without the parts that are not told."""
    if isinstance(value, Mapping):
        return {key: known(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [known(each) for each in value if each is not None]
    return value


@cache
def operations_of(service: str) -> Mapping[str, str]:
    """Return the operations of a service by the methods of its client; none of an unknown service."""
    try:
        return {f"{name[:1].lower()}{name[1:]}": name for name in model_of(service).operation_names}
    except UnknownServiceError:
        return {}
