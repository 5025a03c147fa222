"""Methods of S3 in boto3 that are no operations: they upload and download in as many calls as it takes.

Sources: https://boto3.amazonaws.com/v1/documentation/api/latest/reference/customizations/s3.html and
https://boto3.amazonaws.com/v1/documentation/api/latest/reference/services/s3/client/generate_presigned_post.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

_METHODS = {
    "upload_file": ("PutObject", ("Filename", "Bucket", "Key", "ExtraArgs")),
    "upload_fileobj": ("PutObject", ("Fileobj", "Bucket", "Key", "ExtraArgs")),
    "download_file": ("GetObject", ("Bucket", "Key", "Filename", "ExtraArgs")),
    "download_fileobj": ("GetObject", ("Bucket", "Key", "Fileobj", "ExtraArgs")),
    "generate_presigned_post": ("PutObject", ("Bucket", "Key", "Fields")),
}
"""Each with the operation that it calls, and its arguments in their order."""
_OF_RESOURCE = {"Bucket": ("Bucket",), "Object": ("Bucket", "Key")}
"""Arguments that methods of a resource do not take: the resource is named by them."""
_FIELDS = {
    "acl": "ACL",
    "tagging": "Tagging",
    "x-amz-server-side-encryption": "ServerSideEncryption",
    "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
    "x-amz-storage-class": "StorageClass",
}
"""Fields of a form that uploads, as parameters of the operation."""


class Transfer(NamedTuple):
    """An operation, and its parameters as far as the arguments tell them."""

    operation: str
    parameters: Mapping[str, Any]


def transfer(
    method: str, args: Sequence[Any], kwargs: Mapping[str, Any], resource: str = ""
) -> Transfer | None:
    """Return what a method calls; None if it is none of these.

    Args:
        method: Its name.
        args: Its arguments by place.
        kwargs: Its arguments by name. What is not known is None.
        resource: Type of the resource whose method it is. Default: it is a client's.
    """
    if method not in _METHODS or (resource and resource not in _OF_RESOURCE):
        return None
    operation, every = _METHODS[method]
    names = [each for each in every if each not in _OF_RESOURCE.get(resource, ())]
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    named: dict[str, Any] = {key: given.get(key) for key in ("Bucket", "Key") if key in names}
    if "ExtraArgs" in given:
        return Transfer(operation, {**_told(given["ExtraArgs"]), **named})
    fields = given.get("Fields", {})
    return Transfer(
        operation, {**(of_form(fields) if isinstance(fields, Mapping) else _told(fields)), **named}
    )


def of_form(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields of a form that uploads mean as parameters of the operation."""
    return {_FIELDS[name]: value for name, value in fields.items() if name in _FIELDS}


def _told(more: Any) -> Mapping[str, Any]:
    """Return the arguments that one of them holds; by the name `**` what it does not tell."""
    return more if isinstance(more, Mapping) else {"**": None}
