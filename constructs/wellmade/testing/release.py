"""What a release would do to data: resources that hold some and would be deleted or replaced."""

from collections.abc import Iterator, Mapping
from typing import Any

STATEFUL = frozenset(
    {
        "AWS::Cognito::UserPool",
        "AWS::DocDB::DBCluster",
        "AWS::DynamoDB::GlobalTable",
        "AWS::DynamoDB::Table",
        "AWS::EFS::FileSystem",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::KMS::Key",
        "AWS::Kinesis::Stream",
        "AWS::Logs::LogGroup",
        "AWS::OpenSearchService::Domain",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::S3::Bucket",
        "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
    }
)
"""Types whose replacement loses what they hold."""

_ALSO_REPLACE = {"AWS::DynamoDB::Table": ["KeySchema"]}
"""Properties that replace though the resource's schema marks them as such on a condition only."""


def replacements(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each resource that holds data and would not survive the update.

    Which properties replace a resource is read from CloudFormation's own schemas, which cfn-lint bundles.

    Args:
        before: The template that is deployed.
        after: The template to be deployed.
    """
    return [
        f"{name} ({resource['Type']}) {why}"
        for name, resource in before["Resources"].items()
        if resource["Type"] in STATEFUL
        for why in _reasons(resource, after["Resources"].get(name))
    ]


def _reasons(old: Mapping[str, Any], new: Mapping[str, Any] | None) -> Iterator[str]:
    if new is None or new["Type"] != old["Type"]:
        yield "is gone: keep the id and the path of its construct, or migrate the data first"
        return
    was, becomes = old.get("Properties", {}), new.get("Properties", {})
    for name in _replacing(old["Type"]):
        if was.get(name) != becomes.get(name):
            yield f"would be replaced: {name} changes from {was.get(name)!r} to {becomes.get(name)!r}"


def _replacing(kind: str) -> list[str]:
    """Return the properties of a type that cannot change in place."""
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # noqa: PLC0415 - takes half a second

    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    marked = [path.split("/")[2] for path in schema.get("createOnlyProperties", [])]
    return sorted({*marked, *_ALSO_REPLACE.get(kind, [])})
