"""What belongs together about a service: how large, how many, how people come in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53

FARGATE_SIZES: Mapping[int, tuple[int, int]] = {
    256: (512, 2048),
    512: (1024, 4096),
    1024: (2048, 8192),
    2048: (4096, 16384),
    4096: (8192, 30720),
}
"""Least and most memory in MiB by CPU units.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""


@dataclass(frozen=True)
class TaskSize:
    """How large each task is.

    Args:
        cpu: CPU units, 1024 to a processor: 256, 512, 1024, 2048 or 4096. Default: 512.
        memory: Memory in MiB, as Fargate offers it for the CPU units. Default: 1024.
    """

    cpu: int = 512
    memory: int = 1024


@dataclass(frozen=True)
class OfficeHours:
    """When a service runs at all; outside of these hours, and at weekends, nothing does.

    Args:
        starts: Hour of the day, 0 to 23. Default: 7.
        ends: Hour of the day, 0 to 23. Default: 19.
        time_zone: Name in the time zone database. Default: `Etc/UTC`.
    """

    starts: int = 7
    ends: int = 19
    time_zone: str = "Etc/UTC"


@dataclass(frozen=True)
class Scaling:
    """How many tasks there are, and when there are more.

    Args:
        minimum: Tasks that always run. Default: 2, one in each of two zones.
        maximum: Most tasks. Default: 10.
        requests_per_task: Requests a minute for each task that scaling aims at. Default: 1000.
        on_demand: Tasks that are never on Spot; those above are split 80 to 20 in favour of Spot. Default:
            no task is on Spot.
        hours: When it runs. Default: always.
    """

    minimum: int = 2
    maximum: int = 10
    requests_per_task: int = 1000
    on_demand: int | None = None
    hours: OfficeHours | None = None


@dataclass(frozen=True)
class Entry:
    """How requests come in.

    Args:
        certificate: Certificate of the load balancer. Default: one is made for `domain`.
        domain: Name that people use, in `zone`. Default: the load balancer's own.
        zone: Hosted zone in which the name and the proof of owning it are written. Default: none.
        public: Open to the world. Default: True. An internal one without a certificate speaks plain HTTP
            inside the network.
        longest_request: What a request may take; draining and stopping wait for it. Default: 30 seconds.
        protected: Refuse to delete the load balancer. Default: True.
    """

    certificate: acm.ICertificate | None = None
    domain: str | None = None
    zone: route53.IHostedZone | None = None
    public: bool = True
    longest_request: Duration = field(default_factory=lambda: Duration.seconds(30))
    protected: bool = True
