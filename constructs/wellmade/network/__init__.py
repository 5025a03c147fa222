"""Networks, and the ways out of them."""

__all__ = ()
