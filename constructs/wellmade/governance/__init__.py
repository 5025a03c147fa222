"""What holds for an account and its bill, whoever deploys what into it."""

from wellmade.governance.cost_guard import CostGuard
from wellmade.governance.incident_kit import IncidentKit
from wellmade.governance.landing_zone import LandingZone
from wellmade.kit.option_classes import check_options

__all__ = ["CostGuard", "IncidentKit", "LandingZone"]

check_options(__name__)
