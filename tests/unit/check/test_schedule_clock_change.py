"""What the pair of `schedule-clock-change` does not show."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

SCHEDULE = """
  Nightly:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: %s
      ScheduleExpressionTimezone: %s
      FlexibleTimeWindow: {Mode: "OFF"}
      %s
      Target:
        Arn: arn:aws:lambda:eu-west-1:111122223333:function:job
        RoleArn: arn:aws:iam::111122223333:role/scheduler"""


@pytest.mark.parametrize(
    ("expression", "zone", "more", "is_found"),
    [
        ("cron(0 * * * ? *)", "America/New_York", "", True),
        ("cron(0 2 ? * SUN *)", "America/New_York", "", True),
        ("cron(0 2 ? * MON-FRI *)", "America/New_York", "", False),
        ("cron(0 3 * * ? *)", "America/New_York", "", False),
        ("cron(0 2 * * ? *)", "Etc/UTC", "", False),
        ("cron(0 2 * * ? *)", "Asia/Tokyo", "", False),
        ("cron(0 2 * * ? *)", "Nowhere/Land", "", False),
        ("cron(0 2 * * ? *)", "../../etc/passwd", "", False),
        ("cron(0 2 * * ? *)", "!Ref Zone", "", False),
        ("!Ref Expression", "Europe/Berlin", "", False),
        ("cron(0 2 * * ? *)", "Europe/Berlin", "State: DISABLED", False),
        ("rate(1 hour)", "Europe/Berlin", "", False),
    ],
)
def test_finds_starts_that_are_skipped_only(
    tmp_path: Path, expression: str, zone: str, more: str, *, is_found: bool
) -> None:
    found = findings(tmp_path, "schedule-clock-change", SCHEDULE % (expression, zone, more))
    assert bool(found) is is_found
