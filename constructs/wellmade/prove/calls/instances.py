"""Instances of Amazon EC2: what is launched acts on its image, and on whatever is made or joined for it.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html and
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wellmade.facts.partitions import partition_of
from wellmade.prove.calls.call import AccountContext, Call, Need, Rule

_ACTION = "ec2:RunInstances"
_OWNERLESS = ("image", "snapshot")
"""Kinds whose ARNs tell no account."""
_UNNAMED = ("security-group/*", "subnet/*", "volume/*")


def _run(call: Call, account: AccountContext) -> Iterator[Need]:
    for kind, names in _named(call.parameters).items():
        for name in names:
            yield Need(_ACTION, _arn(call, account, kind, name))
    for tagged in call.parameters.get("TagSpecifications") or ():
        yield Need("ec2:CreateTags", _arn(call, account, str(tagged.get("ResourceType") or "*"), "*"))
    image = call.text("ImageId")
    if image.startswith("resolve:ssm:"):
        parameter = image.removeprefix("resolve:ssm:").partition(":")[0].lstrip("/")
        yield Need("ssm:GetParameters", account.arn(call, "ssm", f"parameter/{parameter}"))
    if any(each.get("KmsKeyId") for each in _disks(call.parameters)):
        raise call.unmapped("what it needs of the keys of its volumes is not known; tell it in wellmade.toml")


def only_if(call: Call, action: str, resource: str) -> str:
    """Say when alone a launch acts on something that it does not name; empty if it always does."""
    kind = resource.rpartition(":")[2]
    if call.service != "ec2" or action != _ACTION or kind not in _UNNAMED:
        return ""
    return f"the call does not tell on which {kind.partition('/')[0]} it acts"


def _named(given: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """Return what a launch acts on, by kind: an asterisk for what is made for it or is not told."""
    interfaces: Sequence[Mapping[str, Any]] = given.get("NetworkInterfaces") or ()
    image = str(given.get("ImageId") or "*")
    groups = [
        *(given.get("SecurityGroupIds") or ()),
        *(id_ for each in interfaces for id_ in each.get("Groups") or ()),
    ]
    template = given.get("LaunchTemplate") or {}
    found = {
        "image": ["*" if image.startswith("resolve:") else image],
        "instance": ["*"],
        "network-interface": [each.get("NetworkInterfaceId") or "*" for each in interfaces] or ["*"],
        "security-group": groups or ["*"],
        "subnet": [each["SubnetId"] for each in (given, *interfaces) if each.get("SubnetId")] or ["*"],
        "volume": ["*"],
        "key-pair": [given.get("KeyName")],
        "launch-template": [template.get("LaunchTemplateId") or "*"] if template else [],
        "placement-group": [(given.get("Placement") or {}).get("GroupName")],
        "snapshot": [each.get("SnapshotId") for each in _disks(given)],
    }
    return {kind: [name for name in names if name] for kind, names in found.items()}


def _disks(given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each.get("Ebs") or {} for each in given.get("BlockDeviceMappings") or ()]


def _arn(call: Call, account: AccountContext, kind: str, name: str) -> str:
    if kind in _OWNERLESS:
        return f"arn:{partition_of(call.region)}:ec2:{call.region}::{kind}/{name}"
    return account.arn(call, "ec2", f"{kind}/{name}")


EC2: dict[str, Rule] = {"RunInstances": _run}
