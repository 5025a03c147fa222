"""Ranges of addresses that mean everybody."""

EVERYWHERE = ("0.0.0.0/0", "::/0")
"""The whole internet, by IPv4 and by IPv6."""
