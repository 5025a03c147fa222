"""Publish the files of a site: what pages name is there before them, and never changes under its name."""

from hashlib import md5
from mimetypes import MimeTypes
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FOREVER = "public, max-age=31536000, immutable"
"""What browsers are told of a file that never changes; of one that is missing they are not told so."""

_TYPES = MimeTypes()
"""Of Python itself: what a machine has in its files would make two releases differ."""
for _kind, _suffix in (("text/javascript", ".js"), ("text/javascript", ".mjs"), ("font/woff2", ".woff2")):
    _TYPES.add_type(_kind, _suffix)
_TEXT = ("application/json", "image/svg+xml")


class ChangedAssetError(ValueError):
    """A file that must never change under its name has changed."""


def publish(folder: Path, bucket: str, s3: "S3Client", *, immutable: str = "assets/") -> list[str]:
    """Put the files of a folder into the bucket of a site, and return the keys that were put.

    What is under `immutable` is put first, and only once: whoever reads a new page finds what it names, and
    whoever reads an old one still does, since nothing is deleted. Should it be interrupted, run it again.

    Args:
        folder: The site, as it was built.
        bucket: Its name.
        s3: A client.
        immutable: How keys begin of what never changes under its name.

    Raises:
        ChangedAssetError: If such a file is there with other content; nothing was put then.
    """
    files = {
        file.relative_to(folder).as_posix(): file for file in sorted(folder.rglob("*")) if file.is_file()
    }
    assets = {key: file for key, file in files.items() if key.startswith(immutable)}
    there = _entity_tags(s3, bucket, immutable)
    for key, file in assets.items():
        if key in there and not _is_same(file, there[key], bucket, key, s3):
            raise ChangedAssetError(
                f"{file}: it must stay as it was published, got other content; give it a new name"
            )
    new = [key for key in assets if key not in there]
    for key in new:
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=files[key].read_bytes(),
            ContentType=_type_of(key),
            CacheControl=FOREVER,
        )
    pages = [key for key in files if key not in assets]
    for key in pages:
        s3.put_object(Bucket=bucket, Key=key, Body=files[key].read_bytes(), ContentType=_type_of(key))
    return [*new, *pages]


def _entity_tags(s3: "S3Client", bucket: str, prefix: str) -> dict[str, str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {each["Key"]: each["ETag"].strip('"') for page in pages for each in page.get("Contents", ())}


def _is_same(file: Path, tag: str, bucket: str, key: str, s3: "S3Client") -> bool:
    """Tell whether a file is as it was published.

    The tag is the MD5 of the content, but not where a key of KMS encrypts it: then the content is read.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
    """
    content = file.read_bytes()
    if tag == md5(content, usedforsecurity=False).hexdigest():
        return True
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read() == content


def _type_of(key: str) -> str:
    kind = _TYPES.guess_type(key)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind in _TEXT else kind
