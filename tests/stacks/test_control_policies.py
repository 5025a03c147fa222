"""A landing zone denies nothing that the reference stacks need: not their deployments, nor what runs in them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from tests.control_policies import MEMBER, Organization
from wellmade.facts.deletion import KEPT

pytestmark = pytest.mark.scan

Templates = dict[str, dict[str, Any]]
DEPLOYS = f"arn:aws:iam::{MEMBER}:role/cdk-hnb659fds-cfn-exec-role-{MEMBER}-eu-west-1"
REGION = {"static-site": "us-east-1"}
NOT_BOUND = "landing-zone"
"""It is deployed to the management account, which no control policy binds."""
MEANT = {
    "s3:PutAccountPublicAccessBlock": "the organization's own policy blocks public access, and nobody turns it off",
}
"""What a role of ours may do where there is no landing zone, and what the zone does instead."""
KEYS = {
    ("AWS::RDS::DBCluster", "StorageEncrypted"): "rds:StorageEncrypted",
    ("AWS::RDS::DBInstance", "StorageEncrypted"): "rds:StorageEncrypted",
    ("AWS::RDS::DBInstance", "Engine"): "rds:DatabaseEngine",
    ("AWS::RDS::DBInstance", "DBInstanceClass"): "rds:DatabaseClass",
    ("AWS::ElastiCache::ReplicationGroup", "AtRestEncryptionEnabled"): "elasticache:AtRestEncryptionEnabled",
}
"""What a property of a resource is in the calls that make it."""
ARNS = {
    "iam": f"arn:aws:iam::{MEMBER}:role/a-role-of-a-stack",
    "kms": f"arn:aws:kms:eu-west-1:{MEMBER}:key/1",
    "s3": "arn:aws:s3:::a-bucket-of-a-stack",
    "secretsmanager": f"arn:aws:secretsmanager:eu-west-1:{MEMBER}:secret:a-secret",
    "sqs": f"arn:aws:sqs:eu-west-1:{MEMBER}:a-queue",
}
SERVICE: dict[str, str | None] = {
    **dict.fromkeys(("aws:PrincipalOrgID", "aws:PrincipalAccount", "aws:PrincipalArn")),
    "aws:PrincipalIsAWSService": "true",
}


@pytest.fixture(scope="module")
def organization() -> Organization:
    return Organization()


@pytest.fixture(scope="module")
def bound(templates: Templates) -> Templates:
    return {name: template for name, template in templates.items() if name != NOT_BOUND}


def resources(templates: Templates) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for region, resource in every(templates):
        yield region, resource["Type"], resource.get("Properties", {})


def every(templates: Templates) -> Iterator[tuple[str, dict[str, Any]]]:
    for stack, template in templates.items():
        for resource in template["Resources"].values():
            yield REGION.get(stack, "eu-west-1"), resource


def arn(action: str) -> str:
    return ARNS.get(action.partition(":")[0].lower(), "*")


def handled(resource: dict[str, Any]) -> set[str]:
    """Return what CloudFormation calls to make, change, read and delete a resource; what is kept is not deleted.

    What is kept but where its first creation fails counts as kept: break glass ends such a deployment.
    """
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource["Type"]).schema
    handlers = dict(schema.get("handlers", {}))
    if {resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")} <= KEPT:
        handlers.pop("delete", None)
    return {action for each in handlers.values() for action in each.get("permissions", [])}


def test_no_action_of_a_deployment_is_denied(organization: Organization, bound: Templates) -> None:
    judged, denied = set(), set()
    for region, resource in every(bound):
        kind, properties = resource["Type"], resource.get("Properties", {})
        if kind.startswith("AWS::CDK::"):
            continue
        context = {
            key: str(properties[name]).lower()
            for (of, name), key in KEYS.items()
            if of == kind and name in properties
        }
        for action in handled(resource):
            judged.add(action)
            why = organization.denial(action, arn(action), principal=DEPLOYS, region=region, context=context)
            denied |= {(kind, action, why)} if why else set()
    assert len(judged) > 500
    assert denied == set()


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def as_object(document: dict[str, Any]) -> dict[str, Any]:
    """Return a policy that may be a text with references."""
    if "Fn::Join" not in document:
        return document
    text = "".join(each if isinstance(each, str) else "*" for each in document["Fn::Join"][1])
    found: dict[str, Any] = json.loads(text)
    return found


def allowed(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each action that a policy allows, with whom it names."""
    for statement in as_object(document)["Statement"]:
        if statement["Effect"] == "Allow":
            for action in listed(statement["Action"]):
                yield action, statement.get("Principal")


def policies(properties: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the policies within a resource: of a role, beside it, or its own."""
    yield from (each["PolicyDocument"] for each in properties.get("Policies", []) if isinstance(each, dict))
    for name in ("PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument"):
        if isinstance(properties.get(name), dict):
            yield properties[name]


def test_no_action_of_what_runs_in_them_is_denied(organization: Organization, bound: Templates) -> None:
    judged, denied = set(), set()
    for region, kind, properties in resources(bound):
        for document in policies(properties):
            for action, whom in allowed(document):
                service = isinstance(whom, dict) and "Service" in whom
                by_service: dict[str, Any] = {
                    "context": SERVICE,
                    "outsider": True,
                    "principal": "x.amazonaws.com",
                }
                if action in MEANT:
                    continue
                judged.add(action)
                why = organization.denial(
                    action, arn(action), region=region, **(by_service if service else {})
                )
                denied |= {(kind, action, why)} if why else set()
    assert len(judged) > 80
    assert denied == set()


def test_the_tests_would_tell(organization: Organization) -> None:
    assert organization.denial("s3:PutAccountPublicAccessBlock", ARNS["s3"], principal=DEPLOYS)
    assert organization.denial("sqs:CreateQueue", ARNS["sqs"], principal=DEPLOYS, region="eu-central-1")
