"""What a click is, wherever it is read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wellmade_runtime.messages import InvalidMessageError, read_object, text


@dataclass(frozen=True, slots=True)
class Click:
    """One user looked at one page."""

    click_id: str
    user: str
    page: str
    at: float
    """Seconds since 1970, as the browser's clock says."""


def parse(body: str) -> Click:
    """Read a click from a record; fields that it does not know are left to later versions.

    Raises:
        InvalidMessageError: If a field is missing or is not what it should be.
    """
    return click(read_object(body))


def click(record: Any) -> Click:
    """Return the click that a JSON object describes; see `parse`."""
    if not isinstance(record, dict):
        raise InvalidMessageError(f"a click must be a JSON object, got {str(record)[:60]!r}")
    return Click(
        click_id=text(record, "click_id"),
        user=text(record, "user"),
        page=text(record, "page"),
        at=_moment(text(record, "at")),
    )


def _moment(written: str) -> float:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise InvalidMessageError(
            f"at must be a time such as 2026-11-26T18:00:00Z, got {written[:60]!r}"
        ) from error
    if moment.tzinfo is None:
        raise InvalidMessageError(f"at must tell its time zone, got {written[:60]!r}")
    return moment.timestamp()
