"""What tests ask of a template."""

from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.facts.deletion import KEPT

Template = Mapping[str, Any]
STATEFUL = {
    "AWS::DynamoDB::GlobalTable",
    "AWS::DynamoDB::Table",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Events::Archive",
    "AWS::Events::EventBus",
    "AWS::KMS::Key",
    "AWS::Kinesis::Stream",
    "AWS::RDS::DBCluster",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
}
"""Types of resources that hold data or messages, or what decrypts them."""
WITHOUT_ALARMS = {
    "cost-guard": "budgets and anomalies tell by themselves, and publish no metrics",
    "landing-zone": "CloudTrail, Config and Organizations publish no metrics",
    "pipeline": "IAM publishes no metrics",
}
"""Stacks in which nothing publishes a metric to watch, with the reason."""
NAMES = (
    "QueueName",
    "BucketName",
    "BucketNamePrefix",
    "TableName",
    "Name",
    "DBClusterIdentifier",
    "ReplicationGroupId",
)
"""Properties that give a resource its physical name."""


def of_type(template: Template, kind: str) -> list[dict[str, Any]]:
    """Return the properties of all resources of a type."""
    return [r.get("Properties", {}) for r in template["Resources"].values() if r["Type"] == kind]


def the(template: Template, kind: str) -> dict[str, Any]:
    """Return the properties of the only resource of a type."""
    [found] = of_type(template, kind)
    return found


def ids_of(template: Template, kind: str) -> list[str]:
    """Return the logical ids of all resources of a type."""
    return [name for name, r in template["Resources"].items() if r["Type"] == kind]


def statements(template: Template, role: str = "") -> Iterator[dict[str, Any]]:
    """Yield the statements of the roles, and of the policies beside them, whose logical id holds a text."""
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::Role" and role in name:
            for policy in properties.get("Policies", []):
                yield from policy["PolicyDocument"]["Statement"]
        if resource["Type"] == "AWS::IAM::Policy" and role in str(properties.get("Roles")):
            yield from properties["PolicyDocument"]["Statement"]


def actions(template: Template, role: str = "") -> set[str]:
    """Return all actions that these roles allow."""
    found = (statement["Action"] for statement in statements(template, role))
    return {each for action in found for each in ([action] if isinstance(action, str) else action)}


def stateful(template: Template) -> dict[str, object]:
    """Return what holds data, by logical id, with its physical name where it is given one."""
    return {
        name: next((r.get("Properties", {})[each] for each in NAMES if each in r.get("Properties", {})), None)
        for name, r in template["Resources"].items()
        if r["Type"] in STATEFUL
    }


def lost(before: Template, after: Template) -> set[str]:
    """Return what holds data that an update deletes or replaces; what is retained stays."""
    now = stateful(after)
    gone = {name for name, named in stateful(before).items() if name not in now or now[name] != named}
    return {name for name in gone if before["Resources"][name].get("DeletionPolicy") not in KEPT}
