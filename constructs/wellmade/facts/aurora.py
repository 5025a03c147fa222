"""What Aurora Serverless v2 and RDS Proxy take and do."""

CONNECTIONS = {1: 189, 4: 823, 8: 1669, 16: 3360, 32: 5000}
"""Connections of Aurora PostgreSQL by its most capacity units, as the service computes them.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
"""

CAPACITY = (1, 256)
"""Bounds of the most capacity units."""

LEAST_CAPACITY = 0.5
"""Least capacity units of a database behind a proxy, whose open connection keeps it from pausing at 0.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
"""

CONNECTIONS_FROM_LITTLE = 2000
"""Most connections of a database whose least capacity is below 1.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
"""

READERS = (0, 15)
BACKUP_DAYS = (1, 35)

PROXY_NAME_LENGTH = 60
"""Letters, digits and single hyphens, beginning with a letter.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBProxy.html
"""

CLUSTER_NAME_LENGTH = 63

GLOBAL_NAME = "[a-z](?:-?[a-z0-9]){0,62}"
"""Pattern of a global database's name: RDS takes capitals too, and keeps them as small letters.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-rds-globalcluster.html
"""

PASSWORD_LENGTH = (8, 41)
"""Least and most characters of the password of a cluster's user.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
"""

BORROW_TIMEOUT = 10
"""Seconds that the proxy lets a workload wait for a connection; its callers must have more patience."""

PERCENT_FOR_THE_PROXY = 90
"""The rest is for people, who come when nothing else works."""


def connections_at(capacity: int, least: float) -> int:
    """Return how many connections a database has; between two capacities that are known, the lower's.

    Args:
        capacity: Most capacity units.
        least: Least capacity units.
    """
    found = CONNECTIONS[max(known for known in CONNECTIONS if known <= capacity)]
    return found if least >= 1 else min(found, CONNECTIONS_FROM_LITTLE)
