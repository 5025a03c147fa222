"""What stands between the world and an entry, and what only workloads know."""

from wellmade.kit.option_classes import check_options
from wellmade.security.rotated_secret import RotatedSecret
from wellmade.security.web_firewall import WebFirewall

__all__ = ["RotatedSecret", "WebFirewall"]

check_options(__name__)
