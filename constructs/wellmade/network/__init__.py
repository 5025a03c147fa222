"""Networks, and the ways out of them."""

from wellmade.network.network import Network

__all__ = ["Network"]
