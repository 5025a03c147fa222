"""What a click is, wherever it is read."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from wellmade_runtime.identity import scoped
from wellmade_runtime.messages import InvalidMessageError, read_object, text
from wellmade_runtime.strict_json import kind

SKEW = 300.0
"""Seconds by which a browser's clock may be ahead of ours; a click from the future would hide later ones."""
DELAY = 60.0
"""Seconds that the clocks of those who take a click and of those who read it may be apart."""


@dataclass(frozen=True, slots=True)
class Click:
    """One user looked at one page."""

    click_id: str
    user: str
    page: str
    at: float
    """Seconds since 1970, as the browser's clock says."""

    @property
    def identity(self) -> str:
        """What the click is known by: its id belongs to its user, and takes nothing from another's."""
        return scoped(self.user, self.click_id)

    def contents(self) -> dict[str, Any]:
        """Return what the click says."""
        return asdict(self)


def parse(body: str, arrived: float) -> Click:
    """Read a click from a record; fields that it does not know are left to later versions.

    Args:
        body: The record.
        arrived: When the stream took it, in seconds since 1970.

    Raises:
        InvalidMessageError: If a field is missing or is not what it should be.
    """
    return click(read_object(body), arrived + DELAY)


def click(record: Any, now: float) -> Click:
    """Return the click that a JSON object describes; see `parse`."""
    if not isinstance(record, dict):
        raise InvalidMessageError(f"a click must be a JSON object, got {kind(record)}")
    found = Click(
        click_id=text(record, "click_id"),
        user=text(record, "user"),
        page=text(record, "page"),
        at=_moment(text(record, "at")),
    )
    if not 0 <= found.at <= now + SKEW:
        raise InvalidMessageError(f"at must be after 1970 and at most {SKEW:.0f} seconds ahead of the clock")
    return found


def _moment(written: str) -> float:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise InvalidMessageError("at must be a time such as 2026-11-26T18:00:00Z") from None
    if moment.tzinfo is None:
        raise InvalidMessageError("at must tell its time zone")
    return moment.timestamp()
