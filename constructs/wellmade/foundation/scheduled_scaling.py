"""When something runs at all."""

from dataclasses import dataclass

from aws_cdk import TimeZone
from aws_cdk import aws_applicationautoscaling as autoscaling


@dataclass(frozen=True)
class ScheduledScaling:
    """The hours of working days in which capacity is there; outside of these, and at weekends, there is none.

    Args:
        start_hour: Hour of the day, 0 to 23. Default: 7.
        end_hour: Hour of the day, 0 to 23. Default: 19.
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


def _at(hour: int) -> autoscaling.Schedule:
    return autoscaling.Schedule.cron(hour=str(hour), minute="0", week_day="MON-FRI")
