"""Networks, and the ways out of them."""

from wellmade.kit.option_classes import check_options
from wellmade.network.network import Network
from wellmade.network.private_endpoints import PrivateEndpoints

__all__ = ["Network", "PrivateEndpoints"]

check_options(__name__)
