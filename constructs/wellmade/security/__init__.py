"""What stands between the world and an entry."""

from wellmade.kit.option_classes import check_options
from wellmade.security.web_firewall import WebFirewall

__all__ = ["WebFirewall"]

check_options(__name__)
