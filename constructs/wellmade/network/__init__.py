"""Networks, and the ways out of them."""

from wellmade.network.network import Network
from wellmade.network.private_endpoints import PrivateEndpoints

__all__ = ["Network", "PrivateEndpoints"]
