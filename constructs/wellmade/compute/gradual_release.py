"""How requests move from the old tasks of a service to the new."""

from dataclasses import dataclass, field
from typing import Literal

from aws_cdk import Duration
from constructs import IConstruct

from wellmade.facts.gradual_release import (
    LEAST_PERCENT,
    LONGEST_RELEASE,
    LONGEST_WAIT,
    MOST_PERCENT,
    minutes_of,
)
from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal, require_between


@dataclass(frozen=True)
class GradualRelease:
    """Move requests to new tasks in parts, and look at the alarms after each.

    An alarm that fires before the end moves all requests back, as long as the old tasks are there.

    Args:
        strategy: `canary` moves one part over, waits, then moves the rest; `linear` moves part by part, and
            waits after each but the last.
        percent: How large a part is, in tenths of a percent: 0.1 to 100 of a canary, 3 to 100 of a linear
            release. Default: 10.
        wait: How long each part is watched, in whole minutes up to a day. Default: 10 minutes.
        bake_time: How long the old tasks are kept once the new have all requests, in whole minutes up to a
            day. Default: 10 minutes.
    """

    strategy: Literal["canary", "linear"]
    percent: float = 10
    wait: Duration = field(default_factory=lambda: Duration.minutes(10))
    bake_time: Duration = field(default_factory=lambda: Duration.minutes(10))


def minutes(span: Duration) -> float:
    """Return a time in minutes, in parts of one where it is none of whole ones."""
    return seconds(span) / 60


def refuse_wrong_release(scope: IConstruct, release: GradualRelease) -> None:
    """Raise where ECS or CloudFormation would not take it.

    Raises:
        RefusedError: If they would not.
    """
    if release.strategy not in LEAST_PERCENT:
        fix = "blue-green and rolling are texts of their own"
        raise refusal(scope, "deployment.strategy", "canary or linear", repr(release.strategy), fix)
    _refuse_wrong_parts(scope, release)
    for option, span in (("wait", release.wait), ("bake_time", release.bake_time)):
        fix, given = "give whole minutes up to a day", minutes(span)
        require_between(
            scope, f"deployment.{option} in minutes", given, 0, LONGEST_WAIT, fix, rule="gradual-release"
        )
        if given % 1:
            raise refusal(scope, f"deployment.{option} in minutes", "whole", f"{given:.12g}", fix)
    whole = minutes_of(release.strategy, release.percent, minutes(release.wait), minutes(release.bake_time))
    if whole > LONGEST_RELEASE:
        allowed = f"{LONGEST_RELEASE} minutes at most in all, or CloudFormation rejects it"
        raise refusal(
            scope,
            "deployment",
            allowed,
            f"{whole:.12g}",
            "take larger parts or shorter waits",
            rule="gradual-release",
        )


def _refuse_wrong_parts(scope: IConstruct, release: GradualRelease) -> None:
    fix, least = "10 shows a fault to one caller in ten", LEAST_PERCENT[release.strategy]
    require_between(
        scope, "deployment.percent", release.percent, least, MOST_PERCENT, fix, rule="gradual-release"
    )
    if round(release.percent, 1) != release.percent:
        raise refusal(scope, "deployment.percent", "in tenths", release.percent, fix, rule="gradual-release")
