"""What the instances of a fleet are."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

from wellmade.kit.lookups import seconds
from wellmade.kit.refusals import refusal, require_between

LIFETIME_DAYS = (1, 365)
"""How long an instance may live, which AWS bounds.

Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html
"""
LONGEST_DRAIN = 7200 - 60
"""Seconds that one heartbeat of a lifecycle hook lasts at most, without the minute to complete it.

Source: https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
"""


@dataclass(frozen=True)
class Instances:
    """The instances of a fleet.

    Args:
        instance_types: Types to choose from, all of one processor; several make it likely that Spot has one.
            Default: `m7g.large`, `c7g.large` and `m6g.large`, which are Graviton.
        drain_timeout: How long the program has to finish what it began before its instance is terminated, 10
            seconds to 119 minutes. Default: 15 minutes.
        max_lifetime: Days after which an instance is replaced by one of the newest image, 1 to 365. Default:
            14 days.
        session_manager: Let people open a shell by Systems Manager, which needs neither a key nor an open
            port.
            Default: False.
    """

    instance_types: Sequence[str] = ("m7g.large", "c7g.large", "m6g.large")
    drain_timeout: Duration = field(default_factory=lambda: Duration.minutes(15))
    max_lifetime: Duration = field(default_factory=lambda: Duration.days(14))
    session_manager: bool = False

    @property
    def architecture(self) -> ec2.InstanceArchitecture:
        """The processor of the first type, which all have."""
        return ec2.InstanceType(self.instance_types[0]).architecture


def refuse_wrong_instances(scope: IConstruct, instances: Instances) -> None:
    """Raise where instances cannot be as they are described.

    Raises:
        RefusedError: If there is no type, or they have several processors, or a time is out of bounds.
    """
    found = {str(ec2.InstanceType(each).architecture.name) for each in instances.instance_types}
    if len(found) != 1:
        got = " and ".join(sorted(found)) or "none"
        fix = "the image is built for one of them"
        raise refusal(scope, "instances.instance_types", "types of one processor", got, fix)
    drain, suits = seconds(instances.drain_timeout), "15 minutes suit most work"
    require_between(scope, "instances.drain_timeout in seconds", drain, 10, LONGEST_DRAIN, suits)
    days = seconds(instances.max_lifetime) / 86_400
    require_between(
        scope, "instances.max_lifetime in days", days, *LIFETIME_DAYS, "14 days keep images fresh"
    )
