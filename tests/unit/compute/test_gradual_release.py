"""Releases that move requests over in parts."""

import re
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Duration
from aws_cdk.assertions import Match, Template

from tests.templates import of_type
from tests.unit.compute.conftest import define_service
from wellmade.compute import GradualRelease
from wellmade.facts.gradual_release import minutes_of
from wellmade.kit.refusals import RefusedError
from wellmade.testing import synthesize

HALF_HOUR, FIVE_MINUTES = Duration.minutes(30), Duration.minutes(5)


@pytest.mark.parametrize(
    ("release", "wanted"),
    [
        (
            GradualRelease("canary"),
            {
                "Strategy": "CANARY",
                "BakeTimeInMinutes": 10,
                "CanaryConfiguration": {"CanaryPercent": 10, "CanaryBakeTimeInMinutes": 10},
                "LinearConfiguration": Match.absent(),
            },
        ),
        (
            GradualRelease("linear", percent=12.5, wait=FIVE_MINUTES, bake_time=HALF_HOUR),
            {
                "Strategy": "LINEAR",
                "BakeTimeInMinutes": 30,
                "LinearConfiguration": {"StepPercent": 12.5, "StepBakeTimeInMinutes": 5},
                "CanaryConfiguration": Match.absent(),
            },
        ),
    ],
)
def test_moves_requests_in_parts_and_back_when_an_alarm_fires(
    release: GradualRelease, wanted: dict[str, Any]
) -> None:
    template = synthesize(lambda stack: define_service(stack, deployment=release))
    alarms = {"Enable": True, "Rollback": True, "AlarmNames": Match.any_value()}
    Template.from_json(template).has_resource_properties(
        "AWS::ECS::Service",
        {
            "DeploymentConfiguration": {**wanted, "Alarms": alarms},
            "LoadBalancers": [{"AdvancedConfiguration": {"TestListenerRule": Match.any_value()}}],
        },
    )
    assert len(of_type(template, "AWS::ElasticLoadBalancingV2::TargetGroup")) == 2


@pytest.mark.parametrize(
    ("strategy", "percent", "waits"),
    [("canary", 10, 1), ("linear", 10, 9), ("linear", 11, 9), ("linear", 33.3, 3), ("linear", 100, 0)],
)
def test_counts_waits_as_cloudformation_does(strategy: str, percent: float, waits: int) -> None:
    assert minutes_of(strategy, percent, wait=7, bake_time=5) == 5 + 7 * waits


DAY = "give whole minutes up to a day"
SHOWS = "10 shows a fault to one caller in ten"


@pytest.mark.parametrize(
    ("release", "message"),
    [
        (
            GradualRelease("all"),  # type: ignore[arg-type]  # as of somebody without types
            "deployment.strategy must be canary or linear, got 'all'; "
            "blue-green and rolling are texts of their own",
        ),
        (
            GradualRelease("canary", percent=0),
            f"deployment.percent must be between 0.1 and 100, got 0; {SHOWS}",
        ),
        (
            GradualRelease("linear", percent=2.9),
            f"deployment.percent must be between 3 and 100, got 2.9; {SHOWS}",
        ),
        (
            GradualRelease("linear", percent=33.33),
            f"deployment.percent must be in tenths, got 33.33; {SHOWS}",
        ),
        (
            GradualRelease("canary", wait=Duration.minutes(1441)),
            f"deployment.wait in minutes must be between 0 and 1440, got 1441; {DAY}",
        ),
        (
            GradualRelease("canary", bake_time=Duration.seconds(90)),
            f"deployment.bake_time in minutes must be whole, got 1.5; {DAY}",
        ),
        (
            GradualRelease("linear", percent=5, wait=Duration.hours(2)),
            "deployment must be 1980 minutes at most in all, or CloudFormation rejects it, got 2290; "
            "take larger parts or shorter waits",
        ),
    ],
)
def test_refuses(stack: cdk.Stack, release: GradualRelease, message: str) -> None:
    with pytest.raises(RefusedError, match=f"^{re.escape(f'Test/Service: {message}')}$"):
        define_service(stack, deployment=release)
