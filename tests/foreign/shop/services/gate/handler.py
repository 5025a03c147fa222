"""Decides who gets in."""

from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Let in partners."""
    return {"isAuthorized": event.get("headers", {}).get("authorization") == "partner"}
