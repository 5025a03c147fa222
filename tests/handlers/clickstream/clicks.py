"""Clicks as browsers send them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.handlers.support import items

BEGIN = datetime(2026, 11, 26, 18, tzinfo=UTC)


def click(number: object, user: str = "ada", page: str = "home", after: float = 0) -> dict[str, Any]:
    """Return a click of a user, so many seconds after the beginning."""
    at = (BEGIN + timedelta(seconds=after)).isoformat()
    return {"click_id": f"c-{number}", "user": user, "page": page, "at": at}


def check_set_apart(table: str, record: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Check that a click is noted by its place in the stream, and counted for the alarm."""
    [kept] = [item for item in items(table) if item["pk"]["S"].startswith("contradicted#")]
    assert kept["sequence_number"]["S"] == record["kinesis"]["sequenceNumber"]
    counted = [line for line in capsys.readouterr().out.splitlines() if "ContradictedClicks" in line]
    assert [json.loads(line)["ContradictedClicks"] for line in counted] == [1]
