"""What the instances of a fleet are."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

from wellmade.facts.instance_types import processor_of_type
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
        return architecture_of_type(self.instance_types[0])


def architecture_of_type(instance_type: str) -> ec2.InstanceArchitecture:
    """Return the processor of a type as the CDK has it."""
    arm = processor_of_type(instance_type) == "ARM_64"
    return ec2.InstanceArchitecture.ARM_64 if arm else ec2.InstanceArchitecture.X86_64


def refuse_wrong_types(scope: IConstruct, option: str, instance_types: Sequence[str], fix: str) -> None:
    """Raise where types are none of EC2, or have several processors.

    Args:
        scope: Whose they are.
        option: By which they were given.
        instance_types: The types.
        fix: Why they must have one processor.

    Raises:
        RefusedError: If it is so.
    """
    found = {each: processor_of_type(each) for each in instance_types}
    for each in [each for each, processor in found.items() if processor is None]:
        allowed = "types of instances that run Linux"
        raise refusal(scope, option, allowed, repr(each), "m7g.large is one")
    processors = sorted({str(each) for each in found.values()})
    if len(processors) != 1:
        got = " and ".join(processors) or "none"
        raise refusal(scope, option, "types of one processor", got, fix)


def refuse_wrong_instances(scope: IConstruct, instances: Instances) -> None:
    """Raise where instances cannot be as they are described.

    Raises:
        RefusedError: If there is no type, or they have several processors, or a time is out of bounds.
    """
    fix = "the image is built for one of them"
    refuse_wrong_types(scope, "instances.instance_types", instances.instance_types, fix)
    drain, suits = seconds(instances.drain_timeout), "15 minutes suit most work"
    require_between(scope, "instances.drain_timeout in seconds", drain, 10, LONGEST_DRAIN, suits)
    days = seconds(instances.max_lifetime) / 86_400
    require_between(
        scope, "instances.max_lifetime in days", days, *LIFETIME_DAYS, "14 days keep images fresh"
    )
