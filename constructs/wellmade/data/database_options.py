"""What cannot work about a database, before it is defined."""

import re

from constructs import IConstruct

from wellmade.data.aurora import Database
from wellmade.facts.aurora import BACKUP_DAYS, CAPACITY, LEAST_CAPACITY, READERS
from wellmade.kit.refusals import refusal, require_between

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
RESERVED = ("admin", "postgres", "rdsadmin", "rdsproxyadmin")
"""Users that the service has itself."""


def refuse_wrong_database(scope: IConstruct, database: Database, readers: int, zones: int) -> None:
    """Raise where options of a database are out of bounds.

    Raises:
        RefusedError: If they are.
    """
    least, most = database.capacity
    require_between(scope, "max_capacity", most, *CAPACITY, "4 suits most services", rule="service-limit")
    fix = "0.5 is the least: the proxy keeps a database from pausing"
    require_between(scope, "min_capacity", least, LEAST_CAPACITY, most, fix)
    require_between(scope, "readers", readers, *READERS, "1 takes over when a zone is lost")
    require_between(
        scope,
        "backup_retention",
        database.backup_days,
        *BACKUP_DAYS,
        "7 days are the habit",
        rule="service-limit",
    )
    require_between(
        scope, "port", database.port, 1150, 65_535, "5432 is what drivers expect", rule="service-limit"
    )
    for option, name in {"database_name": database.name, "username": database.user}.items():
        if not _NAME.fullmatch(name) or name.lower() in RESERVED:
            allowed = "a letter, then letters, digits and underscores, and none of the service's own names"
            raise refusal(scope, option, allowed, repr(name), "app suits most", rule="cfn-lint:E3002")
    if zones < 2:
        raise refusal(
            scope,
            "vpc",
            "in at least 2 zones",
            zones,
            "Aurora keeps its data in several",
            rule="subnet-zones",
        )
