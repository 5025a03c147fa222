"""The cluster whose password is changed: RDS does that, so that nobody has to log in with the old one."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wellmade_runtime.secret_rotation import Fields

PAUSE = 5.0
"""Seconds between two looks; the first look waits as long, until RDS has begun."""


class NotChangedError(Exception):
    """RDS is still at work: Secrets Manager tries again, and the old password stays the current one."""


class NotWritingError(Exception):
    """The cluster is a copy of another region's: the password is that one's, and is changed there."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster of Aurora, whose own user the password is of."""

    rds: Any
    name: str
    field: str
    patience: float
    """Seconds until a step gives up."""
    world: str | None = None
    """The global database that it is in; None for the one that RDS tells, if it does."""
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def change_password(self, current: Fields, pending: Fields) -> None:
        """Let RDS give its user the pending password; the same again changes nothing.

        Raises:
            NotWritingError: If another region writes; nothing is changed, and the old password stays.
        """
        del current
        self._refuse_copy()
        self.rds.modify_db_cluster(
            DBClusterIdentifier=self.name, MasterUserPassword=pending[self.field], ApplyImmediately=True
        )

    def wait_until_changed(self, current: Fields, pending: Fields) -> None:
        """Return once RDS has done so.

        Raises:
            NotChangedError: If it has not after some minutes.
        """
        del current, pending
        deadline = self.clock() + self.patience
        while self.clock() < deadline:
            self.sleep(PAUSE)
            [found] = self.rds.describe_db_clusters(DBClusterIdentifier=self.name)["DBClusters"]
            if found["Status"] == "available" and not found.get("PendingModifiedValues"):
                return
        raise NotChangedError(f"{self.name} has not taken its new password")

    def _refuse_copy(self) -> None:
        [found] = self.rds.describe_db_clusters(DBClusterIdentifier=self.name)["DBClusters"]
        if world := self.world or found.get("GlobalClusterIdentifier"):
            [known] = self.rds.describe_global_clusters(GlobalClusterIdentifier=world)["GlobalClusters"]
            writers = [each["DBClusterArn"] for each in known["GlobalClusterMembers"] if each["IsWriter"]]
            if found["DBClusterArn"] not in writers:
                raise NotWritingError(
                    f"{self.name} is a copy in {world} while {', '.join(writers)} writes; no password was "
                    "changed: switch over to this cluster, then rotate again"
                )
