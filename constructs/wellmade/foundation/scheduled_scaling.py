"""When something runs at all."""

from dataclasses import dataclass

from aws_cdk import TimeZone
from aws_cdk import aws_applicationautoscaling as autoscaling
from constructs import IConstruct

from wellmade.kit.refusals import require_between


@dataclass(frozen=True)
class ScheduledScaling:
    """The hours of working days in which capacity is there; outside of these, and at weekends, there is none.

    Args:
        start_hour: Hour of the day, 0 to 22. Default: 7.
        end_hour: Hour of the same day, after `start_hour`, up to 23. Default: 19.
        time_zone: Name in the time zone database. Default: `Etc/UTC`.
    """

    start_hour: int = 7
    end_hour: int = 19
    time_zone: str = "Etc/UTC"

    @property
    def zone(self) -> TimeZone:
        """The time zone, as the CDK writes it."""
        return TimeZone.of(self.time_zone)

    @property
    def start(self) -> autoscaling.Schedule:
        """The beginning of a working day."""
        return _at(self.start_hour)

    @property
    def end(self) -> autoscaling.Schedule:
        """The end of a working day."""
        return _at(self.end_hour)


def refuse_wrong_hours(scope: IConstruct | str, option: str, hours: ScheduledScaling | None) -> None:
    """Raise where there are no such hours of a day.

    Args:
        scope: The construct, or its path.
        option: Where the hours were given.
        hours: What the user gave; None for always.

    Raises:
        RefusedError: If one is no hour, or a day ends before it starts: on Fridays it would not end.
    """
    if hours is None:
        return
    require_between(scope, f"{option}.start_hour", hours.start_hour, 0, 22, "a day starts at 7")
    least, fix = hours.start_hour + 1, "a day ends after it starts, and before midnight"
    require_between(scope, f"{option}.end_hour", hours.end_hour, least, 23, fix)


def _at(hour: int) -> autoscaling.Schedule:
    return autoscaling.Schedule.cron(hour=str(hour), minute="0", week_day="MON-FRI")
