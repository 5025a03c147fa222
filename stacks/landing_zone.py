"""What holds in every account of an organization, defined in its management account."""

from typing import Any

from aws_cdk import Stack
from constructs import Construct

from stacks.access_logs import log_access
from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.governance import LandingZone

ORGANIZATION, ROOT = "o-exampleorg1", "r-exam"
"""Unless the app's context has `organization` and `organization-root`."""
REGIONS = ("eu-west-1", "us-east-1")


class LandingZoneStack(Stack):
    """Units, control policies, trail, archive and rules of an organization, for all environments."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        context = self.node.try_get_context
        self.zone = LandingZone(
            self,
            "Zone",
            organization_id=context("organization") or ORGANIZATION,
            root_id=context("organization-root") or ROOT,
            allowed_regions=REGIONS,
            security_account=context("security-account"),
        )
        log_access(self, [self.zone.archive], settings.removal_policy)
        units = {f"{name}UnitId": unit.attr_id for name, unit in self.zone.units.items()}
        define_outputs(self, {"ArchiveName": self.zone.archive.bucket_name, **units})
        settings.tag(self)
