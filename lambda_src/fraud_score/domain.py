"""How suspicious a user's clicks are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sample_shop.clicks import Click

WINDOW = 10.0
"""Seconds that are looked at; nobody reads pages faster than this for long."""
MOST = 20
"""Clicks within the window that a person may make."""
REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Score:
    """What is known of a user after some click."""

    sequence: str
    """Place of that click in the stream; a click at or before it is a duplicate."""
    recent: tuple[float, ...] = ()
    clicks: int = 0
    """All that were scored."""
    suspicious: bool = False


def after(before: Score | None, click: Click, sequence: str) -> Score:
    """Return the score after one more click; once suspicious, a user stays so until a person decides."""
    known = before or Score("")
    recent = _within(known.recent, click.at)
    return Score(
        sequence=sequence,
        recent=recent,
        clicks=known.clicks + 1,
        suspicious=known.suspicious or len(recent) > MOST,
    )


def _within(earlier: Sequence[float], now: float) -> tuple[float, ...]:
    """Return the clicks of the latest window in the order of time; one that comes late moves nothing back."""
    moments = sorted((*earlier, now))
    return tuple(moment for moment in moments if moments[-1] - moment <= WINDOW)[-REMEMBERED:]
