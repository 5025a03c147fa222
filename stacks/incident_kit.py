"""What must be there in an account before the incident."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from stacks.access_logs import log_access
from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.foundation import monitor
from wellmade.governance import IncidentKit


class IncidentKitStack(Stack):
    """Fixes public buckets, open SSH and forgotten keys, alerts about the rest, records who read what."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        context = self.node.try_get_context
        self.kit = IncidentKit(
            self,
            "Kit",
            recorder=not context("config-recorder"),
            macie_session=settings.environment == "prod",
        )
        monitor(self, self.kit)
        buckets = [each for each in (self.kit.archive, self.kit.history) if each]
        log_access(self, buckets, settings.removal_policy)
        define_outputs(
            self,
            {"ArchiveName": self.kit.archive.bucket_name, "TrailName": self.kit.trail.ref},
        )
        settings.tag(self)
