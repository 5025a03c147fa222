"""How a release replaces the one before, and how it is taken back."""

from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs

from wellmade.compute.gradual_release import GradualRelease, minutes

BAKE_TIME = Duration.minutes(10)
"""How long the old tasks of blue and green are kept, so that an alarm can switch back at once."""


def configure_deployment(
    service: ecs.BaseService, alarms: Sequence[cloudwatch.Alarm], deployment: str | GradualRelease = "rolling"
) -> None:
    """Start before stopping, and roll back when tasks do not come up or an alarm fires.

    The circuit breaker sees tasks that do not start; only alarms see those that start and answer wrongly.
    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
    """
    resource = cast(ecs.CfnService, service.node.find_child("Service"))
    # As a whole on the resource: the class has no option for alarms that are left out.
    resource.deployment_configuration = ecs.CfnService.DeploymentConfigurationProperty(
        minimum_healthy_percent=100,
        maximum_percent=200,
        **_strategy(deployment),
        deployment_circuit_breaker=ecs.CfnService.DeploymentCircuitBreakerProperty(
            enable=True, rollback=True
        ),
        alarms=_watched(alarms),
    )


def _strategy(deployment: str | GradualRelease) -> dict[str, Any]:
    if deployment == "rolling":
        return {"strategy": "ROLLING"}
    if isinstance(deployment, str):
        return {"strategy": "BLUE_GREEN", "bake_time_in_minutes": minutes(BAKE_TIME)}
    wait, percent = minutes(deployment.wait), deployment.percent
    linear, canary = None, None
    if deployment.strategy == "linear":
        linear = ecs.CfnService.LinearConfigurationProperty(
            step_percent=percent, step_bake_time_in_minutes=wait
        )
    else:
        canary = ecs.CfnService.CanaryConfigurationProperty(
            canary_percent=percent, canary_bake_time_in_minutes=wait
        )
    return {
        "strategy": deployment.strategy.upper(),
        "bake_time_in_minutes": minutes(deployment.bake_time),
        "linear_configuration": linear,
        "canary_configuration": canary,
    }


def _watched(alarms: Sequence[cloudwatch.Alarm]) -> ecs.CfnService.DeploymentAlarmsProperty | None:
    if not alarms:
        return None
    names = [alarm.alarm_name for alarm in alarms]
    return ecs.CfnService.DeploymentAlarmsProperty(alarm_names=names, enable=True, rollback=True)
