"""What may be uploaded, under which key, and in which parts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wellmade_runtime.identity import scoped
from wellmade_runtime.messages import InvalidMessageError, read_object, short_name, text, whole_number

MEBIBYTE = 1024 * 1024
MULTIPART_ABOVE = 100 * MEBIBYTE
"""Larger files come in parts, so that a break costs one part and not all; S3 needs parts above 5 GiB."""
LEAST_PART = 16 * MEBIBYTE
MOST_PARTS = 10_000
"""Of one upload.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
"""
_MOST_BODY = 4_096


class ContradictionError(Exception):
    """An upload of this name was begun before, or has arrived, of another size or type."""


class UnknownUploadError(Exception):
    """There is no such upload."""


class IncompleteError(Exception):
    """Not all of the file is there."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be uploaded.

    Args:
        prefix: Where files arrive.
        most_bytes: Of a file.
        suffixes: By content type, what the key ends with.
    """

    prefix: str
    most_bytes: int
    suffixes: Mapping[str, str]

    @classmethod
    def read(cls, prefix: str, most_bytes: str, suffixes: str) -> "Limits":
        """Return what the environment says."""
        return cls(prefix, int(most_bytes), json.loads(suffixes))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file as its sender announces it; nothing else is taken under its name, nor under its key."""

    name: str
    """The key without what files of its type end with: one name is one upload, of one type."""
    key: str
    size: int
    content_type: str

    @property
    def part_size(self) -> int | None:
        """Bytes of each part but the last; None where the file comes as a whole."""
        if self.size <= MULTIPART_ABOVE:
            return None
        least = -(-self.size // MOST_PARTS)
        return max(LEAST_PART, -(-least // MEBIBYTE) * MEBIBYTE)

    @property
    def part_sizes(self) -> Sequence[int]:
        """Bytes of each part, the first first."""
        if self.part_size is None:
            return ()
        whole, rest = divmod(self.size, self.part_size)
        return [self.part_size] * whole + ([rest] if rest else [])


def wanted(owner: str, upload_id: str, body: str, limits: Limits) -> Wanted:
    """Read what a sender wants to upload; the key is made here, and no sender reaches that of another.

    Raises:
        InvalidMessageError: If the file would be too large or too small, or of a type that is not taken.
    """
    fields = read_object(body, most_bytes=_MOST_BODY)
    content_type = text(fields, "content_type", most=127)
    suffix = limits.suffixes.get(content_type)
    if suffix is None:
        raise InvalidMessageError(f"content_type must be one of {', '.join(sorted(limits.suffixes))}")
    size = whole_number(fields, "size", least=1, most=limits.most_bytes)
    name = f"{limits.prefix}{scoped(owner, checked(upload_id))}"
    return Wanted(name, f"{name}{suffix}", size, content_type)


def checked(upload_id: str) -> str:
    """Return the name of an upload.

    Raises:
        InvalidMessageError: If it is none.
    """
    return short_name(upload_id, "the name of an upload")


def missing_parts(sizes: Sequence[int], there: Mapping[int, int], *, most: int) -> Iterator[tuple[int, int]]:
    """Yield number and size of parts that are not there, or of another size; the first ones."""
    found = 0
    for number, size in enumerate(sizes, start=1):
        if there.get(number) != size:
            yield number, size
            found += 1
            if found == most:
                return
