"""Calls of directory buckets: their objects are reached by a session, which one action allows.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam-identity-policies.html
"""

from collections.abc import Iterator

from wellmade.facts.s3_actions import DIRECTORY, OBJECTS
from wellmade.prove.calls.call import UNTOLD, AccountContext, Call, Need
from wellmade.prove.calls.catalogue import find

_SESSION = frozenset(
    {*OBJECTS, "DeleteObjects", "HeadBucket", "ListMultipartUploads", "ListObjectsV2", "RenameObject"}
)
_MODE = {"s3express:SessionMode": [UNTOLD]}
"""Whether a session reads alone is told by the SDK."""


def is_one(need: Need) -> bool:
    """Tell whether a need of S3 means a directory bucket, or something in one."""
    bucket = need.resource.partition("/")[0]
    return need.action.startswith("s3:") and bucket.endswith(DIRECTORY)


def instead(call: Call, account: AccountContext, need: Need) -> Iterator[Need]:
    """Yield what a call of a directory bucket needs in place of what it would of another one."""
    bucket = need.resource.partition("/")[0].rpartition(":")[2]
    arn = account.arn(call, "s3express", f"bucket/{bucket}")
    if call.operation in _SESSION:
        yield Need("s3express:CreateSession", arn, _MODE)
        return
    name = need.action.partition(":")[2]
    if not find("s3express", name):
        raise call.unmapped(f"IAM has no action s3express:{name}; tell what it needs in wellmade.toml")
    yield Need(f"s3express:{name}", arn)
