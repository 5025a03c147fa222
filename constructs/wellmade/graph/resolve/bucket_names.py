"""Names that CloudFormation itself makes of a bucket's properties."""

from collections.abc import Mapping
from typing import Any

_ACCOUNT_REGIONAL = "account-regional"


def with_bucket_name(kind: str, properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a resource's properties, for a bucket of the account's namespace with the name that it gets.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html

    Args:
        kind: The resource's type.
        properties: As the template has them.
    """
    prefix = properties.get("BucketNamePrefix")
    is_made = properties.get("BucketNamespace") == _ACCOUNT_REGIONAL and "BucketName" not in properties
    if kind != "AWS::S3::Bucket" or prefix is None or not is_made:
        return properties
    place = [{"Ref": "AWS::AccountId"}, {"Ref": "AWS::Region"}, "an"]
    return {**properties, "BucketName": {"Fn::Join": ["-", [prefix, *place]]}}
