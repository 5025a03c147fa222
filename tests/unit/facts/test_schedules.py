"""Schedule expressions: which days and times they mean, how far apart, and what the clocks skip."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest

from wellmade.facts.cron import parse_cron
from wellmade.facts.schedules import interval, skipped_start, starts
from wellmade.local.extension import schedule_times

DAY = 86_400


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [
        ("rate(5 minutes)", 300),
        ("rate(1 hour)", 3600),
        ("rate(2 days)", 2 * DAY),
        ("cron(0 3 * * ? *)", DAY),
        ("cron(* * * * ? *)", 60),
        ("cron(0/15 8-17 ? * MON-FRI *)", 900),
        ("cron(0 22,1 * * ? *)", 3 * 3600),
        ("cron(0 0 1 * ? *)", 28 * DAY),
        ("cron(0 0 L * ? *)", 28 * DAY),
        ("cron(0 3 ? * 2#1 *)", 28 * DAY),
        ("cron(0 0 1 1 ? *)", 365 * DAY),
        ("at(2027-03-28T02:30:00)", None),
        ("cron(0 3 * * * *)", None),
        ("cron(0 24 * * ? *)", None),
        ("cron(0 3 ? * MOON *)", None),
        ("hourly", None),
    ],
)
def test_knows_the_least_time_between_two_starts(expression: str, seconds: int | None) -> None:
    assert interval(expression) == seconds


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("cron(0 3 15W 5 ? 2027)", [date(2027, 5, 14)]),
        ("cron(0 3 1W 5 ? 2027)", [date(2027, 5, 3)]),
        ("cron(0 3 LW 10 ? 2027)", [date(2027, 10, 29)]),
        ("cron(0 3 ? 3 1L 2027)", [date(2027, 3, 28)]),
        ("cron(0 3 ? 3 SUN#2 2027)", [date(2027, 3, 14)]),
        ("cron(0 3 ? FEB L 2027)", [date(2027, 2, day) for day in (6, 13, 20, 27)]),
        ("cron(0 3 28-30/2 2 ? 2027)", [date(2027, 2, 28)]),
    ],
)
def test_reads_days_as_eventbridge_writes_them(expression: str, days: list[date]) -> None:
    cron = parse_cron(expression)
    assert cron is not None
    assert [each.date() for each in islice(starts(cron, datetime(2026, 12, 31)), 9)] == days


@pytest.mark.parametrize(
    ("expression", "zone", "skipped"),
    [
        ("cron(30 2 * * ? *)", "Europe/Berlin", datetime(2027, 3, 28, 2, 30)),
        ("cron(0 3 * * ? *)", "Europe/Berlin", None),
        ("cron(15 2 * * ? *)", "Australia/Lord_Howe", datetime(2027, 10, 3, 2, 15)),
        ("cron(45 2 * * ? *)", "Australia/Lord_Howe", None),
        ("cron(0 0 * * ? *)", "America/Havana", datetime(2027, 3, 14, 0, 0)),
        ("rate(1 hour)", "Europe/Berlin", None),
    ],
)
def test_knows_which_start_the_clocks_skip(expression: str, zone: str, skipped: datetime | None) -> None:
    assert skipped_start(expression, zone, 2027) == skipped


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"])
@pytest.mark.parametrize("expression", ["cron(30 2 * * ? *)", "cron(15 1 * * ? *)", "cron(0 3 * * ? *)"])
def test_the_embedded_scheduler_starts_once_a_day_but_for_the_skipped(zone: str, expression: str) -> None:
    cron = parse_cron(expression)
    assert cron is not None
    begin = datetime(2027, 1, 1, 0, tzinfo=UTC)

    def next_wall(wall: datetime) -> datetime | None:
        return next(starts(cron, wall), None)

    found = list(schedule_times.starts(next_wall, zone, begin, begin + timedelta(days=365)))
    missing = 1 if skipped_start(expression, zone, 2027) else 0
    assert len(found) == 365 - missing
    assert len(set(found)) == len(found)
