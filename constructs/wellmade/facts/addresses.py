"""Ranges of addresses that mean everybody."""

from ipaddress import IPv4Network, IPv6Network, ip_network

EVERYWHERE = ("0.0.0.0/0", "::/0")
"""The whole internet, by IPv4 and by IPv6."""
_WIDEST = 8
"""Bits that the widest range of one owner has in common: 10.0.0.0/8, and private IPv6 is all of fc00::/7."""
_PRIVATE = IPv6Network("fc00::/7")


def is_range(text: str) -> bool:
    """Tell whether a text is a range of IPv4 that a network may have, such as `100.64.0.0/16`.

    The widest of a private network is 10.0.0.0/8; what is wider lets the world in.
    """
    try:
        return "/" in text and IPv4Network(text).prefixlen >= _WIDEST
    except ValueError:
        return False


def is_world(text: object) -> bool:
    """Tell whether a text is a range that lets the world in: `0.0.0.0/0`, `0::/0`, or one half of either."""
    if not isinstance(text, str):
        return False
    try:
        found = ip_network(text, strict=False)
    except ValueError:
        return False
    is_private = isinstance(found, IPv6Network) and found.subnet_of(_PRIVATE)
    return found.prefixlen < _WIDEST and not is_private
