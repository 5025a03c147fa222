"""Cron expressions of EventBridge: minutes, hours, days of the month, months, days of the week, years.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_WEEKDAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_SATURDAY = 5
"""As Python counts, from Monday."""


@dataclass(frozen=True)
class Cron:
    """One expression, read."""

    minutes: frozenset[int]
    hours: frozenset[int]
    months: frozenset[int]
    years: frozenset[int]
    days: str
    """Days of the month as written; `?` where the days of the week decide."""
    weekdays: str
    """Days of the week as written."""

    def is_on(self, day: date) -> bool:
        """Tell whether it starts anything on a day."""
        if day.month not in self.months or day.year not in self.years:
            return False
        if self.days == "?":
            return any(_is_weekday(part, day) for part in self.weekdays.split(","))
        return any(_is_day(part, day) for part in self.days.split(","))


def parse_cron(expression: str) -> Cron | None:
    """Read an expression; None where it is no cron, or not as EventBridge writes it."""
    found = _CRON.fullmatch(expression.strip())
    if not found:
        return None
    minutes, hours, days, months, weekdays, years = (each.upper() for each in found.groups())
    if (days == "?") == (weekdays == "?"):
        return None
    try:
        cron = Cron(
            _numbers(minutes, 0, 59),
            _numbers(hours, 0, 23),
            _numbers(months, 1, 12, _MONTHS),
            _numbers(years, 1970, 2199),
            days,
            weekdays,
        )
        _check(days, weekdays)
    except ValueError:
        return None
    return cron


def _check(days: str, weekdays: str) -> None:
    """Raise where a field of days cannot be read."""
    for part in days.split(","):
        if part != "?":
            _is_day(part, date(2024, 1, 1))
    for part in weekdays.split(","):
        if part != "?":
            _is_weekday(part, date(2024, 1, 1))


def _numbers(field: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    """Return the numbers that a field means.

    Raises:
        ValueError: If it means none.
    """
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        begin = low if first == "*" else _number(first, names)
        end = _number(last, names) if last else high if first == "*" or step else begin
        found.update(range(begin, end + 1, int(step or 1)))
    if not found or min(found) < low or max(found) > high:
        raise ValueError(field)
    return frozenset(found)


def _number(text: str, names: dict[str, int] | None) -> int:
    return (names or {}).get(text) or int(text)


def _is_day(part: str, day: date) -> bool:
    """Tell whether a day of the month is meant: a number, `L` the last one, `15W` the nearest working day."""
    last = calendar.monthrange(day.year, day.month)[1]
    if part == "L":
        return day.day == last
    if part.endswith("W"):
        wanted = last if part == "LW" else min(int(part[:-1]), last)
        return day == _working_day(day.replace(day=wanted), last)
    return day.day in _numbers(part, 1, 31)


def _working_day(day: date, last: int) -> date:
    """Return the nearest day from Monday to Friday in the same month."""
    if day.weekday() < _SATURDAY:
        return day
    if day.weekday() == _SATURDAY:
        return day - timedelta(days=1) if day.day > 1 else day + timedelta(days=2)
    return day + timedelta(days=1) if day.day < last else day - timedelta(days=2)


def _is_weekday(part: str, day: date) -> bool:
    """Tell whether a day of the week is meant: a number or name, `6L` the last Friday, `6#3` the third."""
    weekday = day.isoweekday() % 7 + 1
    if part.endswith("L") and part != "L":
        last = calendar.monthrange(day.year, day.month)[1]
        return weekday == _number(part[:-1], _WEEKDAYS) and day.day + 7 > last
    if "#" in part:
        name, _, which = part.partition("#")
        return weekday == _number(name, _WEEKDAYS) and (day.day - 1) // 7 + 1 == int(which)
    return weekday in _numbers("7" if part == "L" else part, 1, 7, _WEEKDAYS)
