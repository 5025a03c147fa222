"""What values of conditions say: numbers, moments, networks and bytes; ValueError if they say none."""

import base64
import ipaddress
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@lru_cache(maxsize=1024)
def number(text: str) -> Decimal:
    """Read an integer or a decimal."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("a number")
    return Decimal(text)


@lru_cache(maxsize=1024)
def moment(text: str) -> datetime:
    """Read a date of W3C's profile of ISO 8601, or seconds since 1970; without a zone it is UTC."""
    try:
        if text.isdigit() and len(text) != len("2026"):
            return datetime.fromtimestamp(int(text), UTC)
        parsed = datetime.fromisoformat({4: f"{text}-01-01", 7: f"{text}-01"}.get(len(text), text))
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError("a date of ISO 8601 or seconds since 1970") from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def truth(text: str) -> str:
    """Read true or false, in any case of letters."""
    if text.lower() not in {"true", "false"}:
        raise ValueError("true or false")
    return text.lower()


@lru_cache(maxsize=1024)
def network(text: str) -> Network:
    """Read a range of addresses, such as 203.0.113.0/24; an address alone is a range of one."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ValueError("an IP address or a range such as 203.0.113.0/24") from error


@lru_cache(maxsize=1024)
def address(text: str) -> Address:
    """Read one address."""
    return ipaddress.ip_address(text)


def binary(text: str) -> bytes:
    """Read bytes in base64."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError("base64") from error
