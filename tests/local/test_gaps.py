"""What MiniStack refuses deploys, and what is only recorded is named."""

from collections.abc import Callable

import pytest

from wellmade.local.deploy import Deployment
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local


def test_what_is_only_recorded_is_named(deployment: Deployment) -> None:
    told = [line for line in deployment.not_simulated if line.startswith("gaps: ")]

    assert told == [
        "gaps: AWS::ApplicationAutoScaling::ScalableTarget: written down only (Target3191CF44)",
        "gaps: AWS::ApplicationAutoScaling::ScalingPolicy: written down only (TargetTrackingA9320796)",
        "gaps: AWS::CloudWatch::Alarm: its metric math is not evaluated, so it never goes to ALARM"
        " (Math9A02923A)",
    ]


def test_an_archive_is_made(cloud: LocalCloud, deployment: Deployment) -> None:
    assert "gaps" in deployment.outputs
    archives = cloud.client("events").list_archives()["Archives"]

    assert [archive["State"] for archive in archives] == ["ENABLED"]


def test_a_composite_alarm_follows_its_child(
    cloud: LocalCloud, deployment: Deployment, eventually: Callable[..., None]
) -> None:
    cloud.client("sqs").send_message(QueueUrl=deployment.outputs["gaps"]["QueueUrl"], MessageBody="waiting")

    def in_alarm() -> bool:
        alarms = cloud.client("cloudwatch").describe_alarms(AlarmTypes=["CompositeAlarm"])
        return [alarm["StateValue"] for alarm in alarms["CompositeAlarms"]] == ["ALARM"]

    eventually(in_alarm)
