"""What ElastiCache takes and does."""

import re

NODES = (1, 6)
"""A primary and up to five replicas in one shard."""

SNAPSHOT_DAYS = (0, 35)

NAME_LENGTH = 40
"""Of users and user groups: letters, digits and single hyphens, beginning with a letter.

Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html
"""

_DAY = "(?:mon|tue|wed|thu|fri|sat|sun)"
_HOUR = r"(?:[01]\d|2[0-3]):[0-5]\d"
_WINDOW = re.compile(f"{_DAY}:{_HOUR}-{_DAY}:{_HOUR}")


def is_window(text: str) -> bool:
    """Tell whether a text is a weekly maintenance window, such as `sun:03:00-sun:04:00`."""
    return _WINDOW.fullmatch(text) is not None
