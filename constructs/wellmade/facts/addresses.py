"""Ranges of addresses that mean everybody."""

from ipaddress import IPv4Network

EVERYWHERE = ("0.0.0.0/0", "::/0")
"""The whole internet, by IPv4 and by IPv6."""


def is_range(text: str) -> bool:
    """Tell whether a text is a range of IPv4, such as `100.64.0.0/16`."""
    try:
        return "/" in text and IPv4Network(text) is not None
    except ValueError:
        return False
