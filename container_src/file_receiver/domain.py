"""What a receipt tells of a file, and how what belongs to a file is called."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_KEY = 1024
"""Bytes of a key.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
"""


@dataclass(frozen=True, slots=True)
class File:
    """One object as the workflow was told of it; `version` is empty in a bucket without versions."""

    bucket: str
    key: str
    etag: str
    version: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Size and SHA-256 of a file, by which its sender knows that all of it has arrived."""

    size: int
    sha256: str


def receipt_of(chunks: Iterable[bytes]) -> Receipt:
    """Return the receipt of a file, which is read once and not kept."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    return Receipt(size, digest.hexdigest())


def key_beside(key: str, suffix: str) -> str:
    """Return the key of what belongs to a file, as the pipeline's function calls it; a long one is cut."""
    whole = f"{key}{suffix}"
    if len(whole.encode()) <= LONGEST_KEY:
        return whole
    end = f"~{hashlib.sha256(key.encode()).hexdigest()[:16]}{suffix}"
    return key.encode()[: LONGEST_KEY - len(end.encode())].decode(errors="ignore") + end
