"""What DynamoDB takes and does."""

LOW_CARDINALITY = frozenset(
    {"active", "category", "country", "date", "day", "deleted", "enabled", "flag", "gender", "hour"}
    | {"month", "priority", "region", "state", "status", "type", "year"}
)
"""Names that promise a handful of values: all writes of the moment would meet in one partition.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
"""


def has_few_values(key: str) -> bool:
    """Tell whether a key's name promises few values."""
    name = key.lower()
    return name in LOW_CARDINALITY or name.startswith(("is_", "has_"))
