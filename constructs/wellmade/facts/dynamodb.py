"""What DynamoDB takes and does."""

import re

LOW_CARDINALITY = frozenset(
    {"active", "category", "country", "date", "day", "deleted", "enabled", "flag", "gender", "hour"}
    | {"month", "priority", "region", "state", "status", "type", "year"}
)
"""Names that promise a handful of values: all writes of the moment would meet in one partition.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
"""
_TRANSIENT = re.compile(
    r"cache|session|lock|connection|idempoten|token|nonce|test_?results|(?:^|[^a-z])temp", re.IGNORECASE
)
"""Names of tables whose items nobody needs once their moment is over."""
_FLAG = re.compile(r"(?:is|has)(?:[_-]\w+|[A-Z]\w*)")

PARTITION_WRITES = 1000
"""Write units a second that one partition takes.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
"""
ITEM_KILOBYTES = 400
"""Kilobytes that an item has at most, names of attributes included.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

STREAM_READERS = 2
"""Readers at most of one shard of a table's stream; more are throttled.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

STREAM_RETENTION = 24 * 3600
"""Seconds that a table's stream keeps records; it cannot be changed.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
"""

CHANGE_KEYS = frozenset(
    {"awsRegion", "dynamodb", "eventID", "eventName", "eventSource", "eventSourceARN", "eventVersion"}
    | {"userIdentity"}
)
"""What filters of a source compare.

Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
"""

KEY_NAME_LENGTH = (1, 255)
"""Bytes of the name of a key attribute.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""


def is_transient(name: str) -> bool:
    """Tell whether a table's name says that its items need no keeping."""
    return bool(_TRANSIENT.search(name))


def has_few_values(key: str) -> bool:
    """Tell whether a key's name promises few values."""
    return key.lower() in LOW_CARDINALITY or bool(_FLAG.fullmatch(key))


ON_DEMAND_WRITES = 4000
"""Write units a second that a new on-demand table takes at once.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
"""

ON_DEMAND_DOUBLES = 1800
"""Seconds in which an on-demand table at most doubles; twice its last peak it takes at once.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
"""

TABLE_WRITES = 40_000
"""Write units a second of an on-demand table, unless raised.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

SCALES_AFTER = 120
"""Seconds for which consumption is above the target before a provisioned table is given more.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
"""

TARGET_UTILIZATION = 70
"""Per cent of the provisioned units that autoscaling aims at where no policy says otherwise.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.Console.html
"""
