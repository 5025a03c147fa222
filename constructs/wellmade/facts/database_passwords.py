"""Passwords that databases take: how long, and of which characters.

Sources:
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBCluster.html
https://docs.aws.amazon.com/redshift/latest/APIReference/API_CreateCluster.html
"""

LENGTHS = {
    "AWS::RDS::DBCluster": (8, 41),
    "AWS::DocDB::DBCluster": (8, 100),
    "AWS::Redshift::Cluster": (8, 64),
}
"""Least and most characters by type of resource, where the engine does not matter."""

LENGTHS_OF_ENGINES = {
    "db2": (8, 255),
    "mariadb": (8, 41),
    "mysql": (8, 41),
    "oracle": (8, 30),
    "custom-oracle": (8, 30),
    "postgres": (8, 128),
    "sqlserver": (8, 128),
    "custom-sqlserver": (8, 128),
}
"""Least and most characters of an `AWS::RDS::DBInstance`, by the beginning of its engine's name."""

REFUSED_CHARACTERS = frozenset('/@"')
"""Characters that no password of a database may have."""
