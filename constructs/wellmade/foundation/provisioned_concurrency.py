"""Functions that are kept warm, behind an alias that every source and API uses."""

from dataclasses import dataclass

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from wellmade.foundation.scheduled_scaling import ScheduledScaling, refuse_wrong_hours
from wellmade.kit.refusals import refusal, require_between

ALIAS = "live"


@dataclass(frozen=True)
class ProvisionedConcurrency:
    """How many copies of a function are kept warm.

    Args:
        minimum: Copies that are always warm.
        maximum: Most warm copies; where it is higher than `minimum`, their number follows the utilization.
            Default: `minimum`.
        utilization: Share of the warm copies that target tracking aims at, 0.1 to 0.9. Default: 0.7.
        hours: When copies are warm at all. Default: always.
    """

    minimum: int
    maximum: int | None = None
    utilization: float = 0.7
    hours: ScheduledScaling | None = None

    @property
    def most(self) -> int:
        """Most warm copies."""
        return self.minimum if self.maximum is None else self.maximum


def define_alias(
    scope: Construct, version: lambda_.IVersion, warm: ProvisionedConcurrency | None
) -> lambda_.Alias:
    """Define the alias `live`, and keep copies behind it warm.

    Args:
        scope: The function.
        version: What the alias points at.
        warm: How many. Default: none, for SnapStart.
    """
    alias = lambda_.Alias(
        scope,
        "Live",
        alias_name=ALIAS,
        version=version,
        provisioned_concurrent_executions=warm.minimum if warm else None,
    )
    if warm and (warm.most > warm.minimum or warm.hours):
        _scale(alias, warm)
    return alias


def _scale(alias: lambda_.Alias, warm: ProvisionedConcurrency) -> None:
    least = 0 if warm.hours else warm.minimum
    scaling = alias.add_auto_scaling(min_capacity=least, max_capacity=warm.most)
    if warm.most > warm.minimum:
        scaling.scale_on_utilization(utilization_target=warm.utilization)
    if warm.hours:
        zone = warm.hours.zone
        scaling.scale_on_schedule(
            "Start",
            schedule=warm.hours.start,
            time_zone=zone,
            min_capacity=warm.minimum,
            max_capacity=warm.most,
        )
        scaling.scale_on_schedule(
            "End", schedule=warm.hours.end, time_zone=zone, min_capacity=0, max_capacity=0
        )


def refuse_wrong_warmth(path: str, warm: ProvisionedConcurrency | None, reserved: int | None) -> None:
    """Raise where a number of warm copies cannot work.

    Raises:
        RefusedError: If a number is out of bounds, or more are warm than the reservation lets run.
    """
    if warm is None:
        return
    require_between(
        path,
        "provisioned_concurrency.minimum",
        warm.minimum,
        1,
        1000,
        "1 answers the first call",
        rule="service-limit",
    )
    refuse_wrong_hours(path, "provisioned_concurrency.hours", warm.hours)
    require_between(path, "provisioned_concurrency.utilization", warm.utilization, 0.1, 0.9, "0.7 suits most")
    if warm.most < warm.minimum:
        fix = "leave it out for a fixed number"
        allowed = f"at least the minimum of {warm.minimum}"
        raise refusal(path, "provisioned_concurrency.maximum", allowed, warm.most, fix, rule="scaling-bounds")
    if reserved is not None and warm.most > reserved:
        fix = "raise reserved_concurrency, or set it to None"
        allowed = f"at most the reservation of {reserved}"
        raise refusal(path, "provisioned_concurrency", allowed, warm.most, fix, rule="scaling-bounds")
