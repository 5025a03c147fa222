"""Clicks as browsers send them."""

from datetime import UTC, datetime, timedelta
from typing import Any

BEGIN = datetime(2026, 11, 26, 18, tzinfo=UTC)


def click(number: object, user: str = "ada", page: str = "home", after: float = 0) -> dict[str, Any]:
    """Return a click of a user, so many seconds after the beginning."""
    at = (BEGIN + timedelta(seconds=after)).isoformat()
    return {"click_id": f"c-{number}", "user": user, "page": page, "at": at}
