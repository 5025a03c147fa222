"""When a schedule starts something, by the clocks of its time zone.

Between the old and the new time nothing is started when the clocks go forward; the hour that comes twice when
they go back starts once.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

NextWall = Callable[[datetime], datetime | None]
"""Returns the next start after a time, both by a clock on the wall that never changes."""


def starts(next_wall: NextWall, zone: str, after: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the starts after a time and until another, in UTC.

    Args:
        next_wall: The expression.
        zone: Name in the IANA time zone database.
        after: In any zone.
        until: In any zone.
    """
    clock = ZoneInfo(zone)
    wall: datetime | None = after.astimezone(clock).replace(tzinfo=None)
    while wall is not None:
        wall = next_wall(wall)
        if wall is None:
            return
        start = wall.replace(tzinfo=clock).astimezone(UTC)
        if start.astimezone(clock).replace(tzinfo=None) != wall:
            continue  # the clocks never show it
        if start > until:
            return
        if start > after:  # else the hour comes for the second time
            yield start
