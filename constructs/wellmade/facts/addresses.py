"""Ranges of addresses that mean everybody."""

from ipaddress import IPv4Network

EVERYWHERE = ("0.0.0.0/0", "::/0")
"""The whole internet, by IPv4 and by IPv6."""


def is_range(text: str) -> bool:
    """Tell whether a text is a range of IPv4 that a network may have, such as `100.64.0.0/16`.

    The widest of a private network is 10.0.0.0/8; what is wider lets the world in.
    """
    try:
        return "/" in text and IPv4Network(text).prefixlen >= 8
    except ValueError:
        return False
