"""What a receipt tells of a file."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from wellmade_runtime.file_store import UnloadableError


@dataclass(frozen=True, slots=True)
class Receipt:
    """Size and SHA-256 of a file, by which its sender knows that all of it has arrived."""

    size: int
    sha256: str


def receipt_of(chunks: Iterable[bytes]) -> Receipt:
    """Return the receipt of a file, which is read once and not kept.

    Raises:
        UnloadableError: If nothing is in it: no sender means to hand that in.
    """
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    if not size:
        raise UnloadableError("empty", "the file has no bytes; send it again")
    return Receipt(size, digest.hexdigest())
