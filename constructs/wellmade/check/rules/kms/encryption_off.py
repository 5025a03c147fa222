"""Storage is encrypted at rest."""

from collections.abc import Iterator

from wellmade.check.conditional import is_off
from wellmade.check.databases import none_given
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.graph import Graph, Resource, as_list, as_mapping, flag

_SWITCHES = {
    "AWS::SQS::Queue": "SqsManagedSseEnabled",
    "AWS::EFS::FileSystem": "Encrypted",
    "AWS::EC2::Volume": "Encrypted",
    "AWS::ElastiCache::ReplicationGroup": "AtRestEncryptionEnabled",
    "AWS::OpenSearchService::Domain": "EncryptionAtRestOptions.Enabled",
    "AWS::Elasticsearch::Domain": "EncryptionAtRestOptions.Enabled",
    "AWS::DAX::Cluster": "SSESpecification.SSEEnabled",
}
_UNENCRYPTED_BY_DEFAULT = {
    "AWS::EFS::FileSystem": ("Encrypted", "KmsKeyId"),
    "AWS::Kinesis::Stream": ("StreamEncryption",),
}
_DEVICES = {
    "AWS::EC2::Instance": "BlockDeviceMappings",
    "AWS::EC2::LaunchTemplate": "LaunchTemplateData.BlockDeviceMappings",
    "AWS::AutoScaling::LaunchConfiguration": "BlockDeviceMappings",
}

_REPLACED = (
    "AWS::EFS::FileSystem",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::DAX::Cluster",
)
_ON_A_NEW_ONE = "turn the property on; a deployed one is then replaced by an empty one: copy its data first"


def _check(graph: Graph) -> Iterator[Violation]:
    for kind, name in _SWITCHES.items():
        for resource in graph.of_type(kind):
            if is_off(resource, name) and none_given(resource, "KmsMasterKeyId"):
                yield Violation(resource, f"Properties.{name}", "is false, must be true", _fix(kind))
    for kind, names in _UNENCRYPTED_BY_DEFAULT.items():
        for resource in graph.of_type(kind):
            if none_given(resource, *names):
                message = "is left out, which means unencrypted"
                yield Violation(resource, f"Properties.{names[0]}", message, _fix(kind))
    for kind, path in _DEVICES.items():
        for resource in graph.of_type(kind):
            yield from _devices(resource, path)


def _fix(kind: str) -> str:
    """Say what a change of the property does to what is deployed already."""
    return _ON_A_NEW_ONE if kind in _REPLACED else ""


def _devices(resource: Resource, path: str) -> Iterator[Violation]:
    for position, device in enumerate(map(as_mapping, as_list(resource.get(path)))):
        if flag(as_mapping(device.get("Ebs")).get("Encrypted")) is False:
            yield Violation(resource, f"Properties.{path}.{position}.Ebs.Encrypted", "is false, must be true")


RULE = Rule(
    id="encryption-off",
    title="Storage is encrypted at rest",
    severity=Severity.ERROR,
    explanation=(
        "Data, backups and copies of it are unencrypted, against what nearly every contract asks for. On "
        "most stores it cannot be switched on later without moving the data."
    ),
    fix="turn the property on, with a key where it takes one",
    source="https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_protect_data_rest_encrypt.html",
    check=_check,
)
