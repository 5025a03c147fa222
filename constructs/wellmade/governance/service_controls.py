"""What nobody in the organization's accounts may do, except in an emergency."""

from collections.abc import Mapping, Sequence
from typing import Any

from wellmade.facts.organizations import GLOBAL_SERVICES, SMALL_DATABASES, SMALL_INSTANCES

Statement = dict[str, Any]
ANYONE = "arn:*:iam::*:role/"
SETS_UP_ACCOUNTS = ("OrganizationAccountAccessRole", "stacksets-exec-*")
"""Roles through which the management account sets accounts up, the role for emergencies included."""
PUBLIC_LISTS = ("public-read", "public-read-write", "authenticated-read")
ROLE_CHANGES = (
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
)


def protection(role: str, trail: str) -> list[Statement]:
    """Return what protects an account from itself: no root, no leaving, no end of the trail.

    Args:
        role: Name of the role for emergencies.
        trail: Name of the organization's trail.
    """
    no_root = {
        "StringLike": {"aws:PrincipalArn": "arn:*:iam::*:root"},
        "BoolIfExists": {"aws:AssumedRoot": "false"},
    }
    recorder = ("DeleteConfigurationRecorder", "DeleteDeliveryChannel", "StopConfigurationRecorder")
    stops = ("DeleteTrail", "PutEventSelectors", "PutInsightSelectors", "StopLogging", "UpdateTrail")
    public = {"StringEquals": {"s3:x-amz-acl": list(PUBLIC_LISTS)}}
    acls = ["s3:CreateBucket", "s3:PutBucketAcl", "s3:PutObject", "s3:PutObjectAcl"]
    set_up = [f"{ANYONE}{each}" for each in (role, *SETS_UP_ACCOUNTS)]
    return [
        _deny("Root", ["*"], role, no_root),
        _deny("Leaving", ["account:CloseAccount", "organizations:LeaveOrganization"], role),
        _deny(
            "Trail",
            [f"cloudtrail:{each}" for each in stops],
            role,
            resource=f"arn:*:cloudtrail:*:*:trail/{trail}",
        ),
        _deny("Recorder", [f"config:{each}" for each in recorder], role),
        _deny("PublicAccessBlock", ["s3:PutAccountPublicAccessBlock"], role),
        _deny("PublicLists", acls, role, public),
        _deny(
            "Emergencies",
            [f"iam:{each}" for each in ROLE_CHANGES],
            role,
            {"ArnNotLike": {"aws:PrincipalArn": set_up}},
            # Who changes one of those that set accounts up is spared as well.
            resource=set_up,
        ),
    ]


def regions(role: str, allowed: Sequence[str]) -> list[Statement]:
    """Return the limit on regions, which leaves out what one region serves for all."""
    denied = _deny("Regions", [], role, {"StringNotEquals": {"aws:RequestedRegion": list(allowed)}})
    del denied["Action"]
    return [{**denied, "NotAction": list(GLOBAL_SERVICES)}]


def encryption(role: str) -> list[Statement]:
    """Return what keeps stored data encrypted where AWS lets it be stored otherwise."""
    cluster = ["rds:CreateDBCluster", "rds:RestoreDBClusterFromS3"]
    # Of an instance of Aurora the cluster alone says whether it is encrypted.
    instance = {"Bool": {"rds:StorageEncrypted": "false"}, "StringNotLike": {"rds:DatabaseEngine": "aurora*"}}
    return [
        _deny(
            "Volumes",
            ["ec2:CreateVolume", "ec2:RunInstances"],
            role,
            {"Bool": {"ec2:Encrypted": "false"}},
            resource="arn:*:ec2:*:*:volume/*",
        ),
        _deny("VolumesByDefault", ["ec2:DisableEbsEncryptionByDefault"], role),
        _deny("Clusters", cluster, role, {"Bool": {"rds:StorageEncrypted": "false"}}),
        _deny("Databases", ["rds:CreateDBInstance"], role, instance),
        _deny(
            "Files",
            ["elasticfilesystem:CreateFileSystem"],
            role,
            {"Bool": {"elasticfilesystem:Encrypted": "false"}},
        ),
        _deny(
            "Caches",
            ["elasticache:CreateReplicationGroup"],
            role,
            {"Bool": {"elasticache:AtRestEncryptionEnabled": "false"}},
        ),
    ]


def sandbox(role: str) -> list[Statement]:
    """Return what is too expensive to try things with."""
    bound = [
        "ec2:PurchaseReservedInstancesOffering",
        "route53domains:RegisterDomain",
        "savingsplans:CreateSavingsPlan",
    ]
    return [
        _deny(
            "Instances",
            ["ec2:RunInstances"],
            role,
            {"StringNotLike": {"ec2:InstanceType": list(SMALL_INSTANCES)}},
            resource="arn:*:ec2:*:*:instance/*",
        ),
        _deny(
            "Databases",
            ["rds:CreateDBInstance", "rds:ModifyDBInstance"],
            role,
            {"StringNotLikeIfExists": {"rds:DatabaseClass": list(SMALL_DATABASES)}},
        ),
        _deny("Commitments", bound, role),
    ]


def quarantine(role: str) -> list[Statement]:
    """Return the denial of everything, for accounts that are being closed or looked into."""
    return [_deny("Everything", ["*"], role)]


def _deny(
    name: str,
    actions: Sequence[str],
    role: str,
    when: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    resource: str | list[str] = "*",
) -> Statement:
    """Return a denial that spares the role for emergencies; a condition on who asks is the caller's own."""
    spared = {"ArnNotLike": {"aws:PrincipalArn": f"{ANYONE}{role}"}}
    return {
        "Sid": name,
        "Effect": "Deny",
        "Action": list(actions),
        "Resource": resource,
        "Condition": {**spared, **(when or {})},
    }
