"""What ElastiCache takes and does."""

import re

NODES = (1, 6)
"""A primary and up to five replicas in one shard."""

SNAPSHOT_DAYS = (0, 35)

NAME_LENGTH = 40
"""Of users and user groups: letters, digits and single hyphens, beginning with a letter.

Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html
"""

FIRST_VALKEY = (7, 2)
"""The oldest version that there is.

Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/supported-engine-versions.html
"""

_NODE_TYPE = re.compile(r"cache\.[a-z]\d[a-z]*\.(micro|small|medium|large|\d*xlarge)")
"""Source: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html"""
_VERSION = re.compile(r"(\d+)\.(\d+)")
_DAY = "(?:mon|tue|wed|thu|fri|sat|sun)"
_HOUR = r"(?:[01]\d|2[0-3]):[0-5]\d"
_WINDOW = re.compile(f"{_DAY}:{_HOUR}-{_DAY}:{_HOUR}")


def is_window(text: str) -> bool:
    """Tell whether a text is a weekly maintenance window, such as `sun:03:00-sun:04:00`."""
    return _WINDOW.fullmatch(text) is not None


def is_node_type(text: str) -> bool:
    """Tell whether a text is written as node types are, such as `cache.t4g.micro`."""
    return _NODE_TYPE.fullmatch(text) is not None


def is_valkey_version(text: str) -> bool:
    """Tell whether a text is written as versions of Valkey are, and is none before the first."""
    found = _VERSION.fullmatch(text)
    return found is not None and (int(found[1]), int(found[2])) >= FIRST_VALKEY
