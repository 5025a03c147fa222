"""What S3 takes and does."""

from collections.abc import Iterator, Sequence

WRITES_ALL = ("AdministratorAccess", "AmazonS3FullAccess", "PowerUserAccess")
"""Policies of AWS that let their holder write every object."""

LARGEST_OBJECT = 50 * 10**12
"""Bytes of one object.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
"""


def overlapping_filters(
    filters: Sequence[tuple[str, str]],
) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Yield the pairs of notification filters, each a prefix and a suffix, that can match one key.

    S3 refuses a bucket that has two of them for one kind of event.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html

    Args:
        filters: Prefix and suffix of each; an empty one matches every key.
    """
    for number, one in enumerate(filters):
        for other in filters[number + 1 :]:
            prefixes = one[0].startswith(other[0]) or other[0].startswith(one[0])
            suffixes = one[1].endswith(other[1]) or other[1].endswith(one[1])
            if prefixes and suffixes:
                yield one, other
