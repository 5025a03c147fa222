"""What a receipt tells of a file."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


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
