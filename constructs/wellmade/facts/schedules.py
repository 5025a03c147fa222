"""Schedule expressions of EventBridge: their starts, how far apart, and which ones the clocks skip.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from wellmade.facts.cron import Cron, parse_cron

EVENT_AGE = (60, 86_400)
"""Least and most seconds for which EventBridge Scheduler tries a start again.

Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
"""
RETRY_ATTEMPTS = (0, 185)
"""Fewest and most retries of a start."""
FLEXIBLE_WINDOW = (60, 86_400)
"""Least and most seconds of a flexible window, in whole minutes.

Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_FlexibleTimeWindow.html
"""
RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
_FIRST = datetime(2023, 12, 31, 23, 59)
_MOST_STARTS = 3000
"""Two days of a start each minute, eight years of one each day."""
_LONGEST = timedelta(days=800)


def interval(expression: str) -> int | None:
    """Return the least seconds between two starts; None where it starts once, or cannot be read."""
    rate = RATE.fullmatch(expression.strip())
    if rate:
        return int(rate[1]) * SECONDS[rate[2]]
    cron = parse_cron(expression)
    if cron is None:
        return None
    found = [each for each in islice(starts(cron, _FIRST), _MOST_STARTS) if each - _FIRST < _LONGEST]
    apart = [(later - earlier).total_seconds() for earlier, later in pairwise(found)]
    return int(min(apart)) if apart else None


def starts(cron: Cron, after: datetime) -> Iterator[datetime]:
    """Yield the starts after a time, by the clock on the wall; none more than eight years later."""
    day, last = after.date(), after.date() + timedelta(days=8 * 366)
    times = [(hour, minute) for hour in sorted(cron.hours) for minute in sorted(cron.minutes)]
    while day <= last:
        if cron.is_on(day):
            for hour, minute in times:
                start = datetime(day.year, day.month, day.day, hour, minute)
                if start > after:
                    yield start
        day += timedelta(days=1)


def skipped_start(expression: str, zone: str, year: int) -> datetime | None:
    """Return the first start of a year or the next that the clocks of a zone leave out; None without one.

    When the clocks go forward, EventBridge Scheduler skips a start between the old and the new time. When
    they go back, it starts once.

    Args:
        expression: A schedule expression; only those by cron follow the clock on the wall.
        zone: Name in the IANA time zone database.
        year: The first of the two.

    Raises:
        ZoneInfoNotFoundError: If there is no such zone.
    """
    cron, clock = parse_cron(expression), ZoneInfo(zone)
    if cron is None:
        return None
    for first, end in _gaps(clock, year):
        start = next(starts(cron, first - timedelta(minutes=1)), None)
        if start and start < end:
            return start
    return None


def _gaps(zone: ZoneInfo, year: int) -> Iterator[tuple[datetime, datetime]]:
    """Yield the first time that there is not, and the next that there is, for each change of two years."""
    day, last = date(year, 1, 1), date(year + 2, 1, 1)
    while day < last:
        midnight = datetime(day.year, day.month, day.day)
        if _offset(zone, midnight + timedelta(days=1)) > _offset(zone, midnight):
            minutes = (midnight + timedelta(minutes=each) for each in range(24 * 60))
            missing = [each for each in minutes if not exists(zone, each)]
            if missing:
                yield missing[0], missing[-1] + timedelta(minutes=1)
        day += timedelta(days=1)


def _offset(zone: ZoneInfo, wall: datetime) -> timedelta:
    return wall.replace(tzinfo=zone).utcoffset() or timedelta()


def exists(zone: ZoneInfo, wall: datetime) -> bool:
    """Tell whether the clocks of a zone show a time at all: not where they go forward over it."""
    early, late = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return early is None or late is None or early >= late
