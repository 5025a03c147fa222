"""Policies of resources that are not tied to what they guard: of an account, or of what no template has.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html and the
pages of `AWS::Logs::ResourcePolicy`, `AWS::XRay::ResourcePolicy`, `AWS::Backup::BackupVault` and
`AWS::ECR::RegistryPolicy` in the CloudFormation reference
"""

from collections.abc import Iterator

from wellmade.graph import Graph, Kind, Resource, Statement, own_policy, statements_in
from wellmade.prove.deployed.documents import read
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.shapes import SHAPES
from wellmade.prove.policy import Policy, PolicyError

_WEIGHED_ELSEWHERE = ("AWS::EC2::VPCEndpoint", "AWS::IAM::", "AWS::Organizations::")
_ANYTHING = {"Principal": "*", "Action": "*", "Resource": "*"}
_UNREAD = {"Statement": [{"Effect": effect, **_ANYTHING} for effect in ("Allow", "Deny")]}
"""Stands for a policy that cannot be read."""
_OTHER_NAMES = {
    "AWS::CodeArtifact::Domain": "PermissionsPolicyDocument",
    "AWS::CodeArtifact::Repository": "PermissionsPolicyDocument",
    "AWS::ECR::RegistryPolicy": "PolicyText",
}
"""The property with the policy, where it is called as nowhere else."""


def unplaced_policies(graph: Graph, naming: Naming) -> list[Policy]:
    """Return the policies that may guard whatever they name; of what is unknown in one, both readings."""
    found: dict[Policy, None] = {}
    placed = {edge.via.id for edge in graph.edges(Kind.GUARDS) if edge.target.type in SHAPES}
    for resource in graph.resources.values():
        is_weighed = resource.type in SHAPES or resource.id in placed
        if not is_weighed and not resource.type.startswith(_WEIGHED_ELSEWHERE):
            found |= dict.fromkeys(_readings(resource, naming))
    return list(found)


def _readings(resource: Resource, naming: Naming) -> Iterator[Policy]:
    statements = [each for each in _statements(resource) if each.principals or each.not_principals]
    if not statements:
        return
    try:
        readings = read(statements, naming, resource.logical_id, "resource")
    except PolicyError:
        yield Policy.parse(_UNREAD, resource.logical_id, "resource")
        return
    yield readings.worst
    yield readings.best


def _statements(resource: Resource) -> Iterator[Statement]:
    yield from own_policy(resource)
    if name := _OTHER_NAMES.get(resource.type):
        yield from statements_in(resource, name)
