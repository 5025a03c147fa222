"""Buckets that take no access control lists, which is how they are made since April 2023.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from collections.abc import Iterator

from wellmade.graph import Graph, Resource
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.refusals import Refusal
from wellmade.prove.policy import Request

_ENFORCED = "BucketOwnerEnforced"
_ACTIONS = frozenset({"s3:PutBucketAcl", "s3:PutObjectAcl", "s3:PutObjectVersionAcl"})
_OF_OWNER = "bucket-owner-full-control"
_PUBLIC = ("authenticated-read", "public-read", "public-read-write")


def refused_acls(graph: Graph, naming: Naming) -> dict[str, list[Refusal]]:
    """Return the ARN of each bucket to the lists that S3 refuses for it."""
    return {naming.open_arn(each): list(_refusals(each, naming)) for each in graph.of_type("AWS::S3::Bucket")}


def _refusals(bucket: Resource, naming: Naming) -> Iterator[Refusal]:
    owned = naming.texts(bucket.get("OwnershipControls.Rules.0.ObjectOwnership", default=_ENFORCED))
    blocks = naming.texts(bucket.get("PublicAccessBlockConfiguration.BlockPublicAcls", default=True))
    if _ENFORCED in owned:
        reason = (
            f"the bucket {bucket.logical_id} takes no access control lists (ObjectOwnership is {_ENFORCED})"
        )
        yield Refusal(reason, _ACTIONS, len(owned) == 1, _asks_for_another)
    if "false" not in blocks:
        reason = f"the bucket {bucket.logical_id} blocks public access control lists"
        yield Refusal(reason, _ACTIONS, blocks == ["true"], _asks_for_public)


def _asks_for_another(request: Request) -> bool:
    return request.context.get("s3:x-amz-acl") != _OF_OWNER


def _asks_for_public(request: Request) -> bool:
    return request.context.get("s3:x-amz-acl") in _PUBLIC
