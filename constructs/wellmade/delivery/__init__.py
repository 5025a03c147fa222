"""From merged code to production: who may deploy, and releases that are shifted, watched and taken back."""

from wellmade.delivery.canary_release import CanaryRelease
from wellmade.delivery.deploy_role import DeployRole
from wellmade.delivery.release_check import ReleaseCheck
from wellmade.kit.option_classes import check_options

__all__ = ["CanaryRelease", "DeployRole", "ReleaseCheck"]

check_options(__name__)
