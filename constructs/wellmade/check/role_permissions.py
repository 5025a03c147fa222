"""What roles allow that is an application's business and not the platform's."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from wellmade.graph import Graph, Resource, as_list, written

_SERVICES = frozenset(
    (
        "bedrock",
        "cognito-idp",
        "dynamodb",
        "events",
        "firehose",
        "kinesis",
        "lambda",
        "rds-data",
        "ses",
        "sns",
        "sqs",
        "states",
    )
)
_WRITES = ("s3:put", "s3:delete", "s3:*")
_MANAGED = (
    "AdministratorAccess",
    "PowerUserAccess",
    "AmazonBedrockFullAccess",
    "AmazonDynamoDB",
    "AmazonS3FullAccess",
    "AmazonSES",
    "AmazonSNS",
    "AmazonSQS",
)
_AWS_POLICY = ":iam::aws:policy/"


def application_permissions(graph: Graph, role: Resource) -> list[str]:
    """Return the actions and the AWS managed policies of a role with which an application works on data.

    Services that the platform itself calls (registries, logs, secrets, metrics) do not count.
    """
    statements = [entry for entry in graph.statements_of(role) if entry.effect == "Allow"]
    actions = {action for entry in statements for action in entry.actions if _is_application(action)}
    return [*sorted(actions), *_managed(role)]


def managed_policies(role: Resource) -> list[str]:
    """Return the names of the AWS managed policies of a role, with their path."""
    arns = [written(value) for value in as_list(role.get("ManagedPolicyArns"))]
    return [arn.partition(_AWS_POLICY)[2] for arn in arns if _AWS_POLICY in arn]


def may(actions: Iterable[str], wanted: str) -> bool:
    """Tell whether one of the allowed actions is this one or a pattern of it, such as `sqs:Receive*`.

    `*` alone says nothing of the service.
    """
    patterns = (action.lower() for action in actions if ":" in action)
    return any(fnmatchcase(wanted.lower(), pattern) for pattern in patterns)


def _is_application(action: str) -> bool:
    lower = action.lower()
    return lower == "*" or lower.partition(":")[0] in _SERVICES or lower.startswith(_WRITES)


def _managed(role: Resource) -> list[str]:
    return [name for name in managed_policies(role) if name.startswith(_MANAGED)]
