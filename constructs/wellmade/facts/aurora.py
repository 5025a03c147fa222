"""What Aurora Serverless v2 and RDS Proxy take and do."""

CONNECTIONS = {1: 189, 4: 823, 8: 1669, 16: 3360, 32: 5000}
"""Connections of Aurora PostgreSQL by its most capacity units, as the service computes them.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
"""

CAPACITY = (1, 256)
"""Bounds of the most capacity units."""

READERS = (0, 15)
BACKUP_DAYS = (1, 35)

PROXY_NAME_LENGTH = 60
"""Letters, digits and single hyphens, beginning with a letter.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBProxy.html
"""

CLUSTER_NAME_LENGTH = 63

PERCENT_FOR_THE_PROXY = 90
"""The rest is for people, who come when nothing else works."""


def connections_at(capacity: int) -> int:
    """Return how many connections a database has at a capacity; between two that are known, the lower."""
    return CONNECTIONS[max(known for known in CONNECTIONS if known <= capacity)]
