"""What holds data stays when the stack or the resource goes."""

from collections.abc import Iterator

from wellmade.check.conditional import always_equals
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.dynamodb import is_transient
from wellmade.graph import Graph, Resource, text

_HOLDS_DATA = (
    "AWS::DynamoDB::Table",
    "AWS::DynamoDB::GlobalTable",
    "AWS::RDS::DBCluster",
    "AWS::EFS::FileSystem",
    "AWS::Cognito::UserPool",
    "AWS::DocDB::DBCluster",
    "AWS::Neptune::DBCluster",
)
"""Types whose data is gone at once: a bucket that holds objects stays, a database leaves a snapshot."""

_FIX = "set DeletionPolicy and UpdateReplacePolicy to Retain, or Snapshot where the type has it"


def _check(graph: Graph) -> Iterator[Violation]:
    for resource in graph.of_type(*_HOLDS_DATA):
        if _is_protected(resource) or _is_transient(resource):
            continue
        if resource.deletion_policy == resource.update_replace_policy == "Delete":
            message = "is Delete, or left out: the data goes with the stack"
            yield Violation(resource, "DeletionPolicy", message, _fix(resource))
        elif resource.update_replace_policy == "Delete":
            message = "is Delete, or left out: the data goes when the resource is replaced"
            yield Violation(resource, "UpdateReplacePolicy", message, _fix(resource))


def _fix(resource: Resource) -> str:
    """Say that a name stays taken where it is fixed; empty if it is not."""
    name = resource.get("TableName")
    if name is None:
        return ""
    shared = f"the name {text(name)}" if text(name) else "one name"
    return f"{_FIX}; remove TableName, or a kept table and a new one meet in {shared}"


def _is_transient(resource: Resource) -> bool:
    """Tell whether this is a table of sessions, locks or open connections, by its name."""
    names = (resource.logical_id, text(resource.get("TableName")) or "")
    return resource.type.startswith("AWS::DynamoDB::") and any(map(is_transient, names))


def _is_protected(resource: Resource) -> bool:
    """Tell whether deletion protection may be on, which keeps the resource as well."""
    paths = ("DeletionProtectionEnabled", "DeletionProtection")
    return any(
        not always_equals(resource.get(path), None, "INACTIVE") and resource.flag(path) is not False
        for path in paths
    )


RULE = Rule(
    id="deletion-policy",
    title="What holds data stays when the stack or the resource goes",
    severity=Severity.WARNING,
    explanation=(
        "Without both policies CloudFormation deletes the data with the stack, and also when a "
        "change of one property replaces the resource: then the old one goes after the new one is "
        "empty."
    ),
    fix=_FIX,
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html",
    check=_check,
    leaves_tests=True,
)
