"""What stands between the world and an entry."""

from wellmade.security.web_firewall import WebFirewall

__all__ = ["WebFirewall"]
