"""What belongs together about a service: how large, how many, how requests come in."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from aws_cdk import Duration, Size
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_route53 as route53

from wellmade.foundation.scheduled_scaling import ScheduledScaling

TEST_PORT = 8443
"""Where new tasks answer before a release moves requests, where nothing else is said."""


@dataclass(frozen=True)
class TaskSize:
    """How large each task is, and on which processor it runs.

    Args:
        cpu: CPU units, 1024 to a processor: 256, 512, 1024, 2048, 4096, 8192 or 16384. Default: 512.
        memory: Memory in MiB, as Fargate offers it for the CPU units, up to 122,880. Default: 1024.
        ephemeral_storage: Space of the task's own, 21 to 200 GiB. Default: the 20 GiB of every task.
        cpu_architecture: Processor that the images are for. Default: Graviton (`ARM64`).
    """

    cpu: int = 512
    memory: int = 1024
    ephemeral_storage: Size | None = None
    cpu_architecture: ecs.CpuArchitecture | None = None


@dataclass(frozen=True)
class Scaling:
    """How many tasks there are, and when there are more.

    Their number follows two targets, which needs no steps to be guessed; steps of your own go beside them, on
    `WebService.task_count`. Predictive scaling is left out: it learns from two weeks of traffic, and
    acts only where load comes back at the same hours, for which `hours` needs no history.

    Args:
        min_capacity: Tasks that always run. Default: 2, one in each of two zones.
        max_capacity: Most tasks. Default: 10.
        requests_per_target: Requests a minute for each task that scaling aims at. Default: 1000.
        cpu_utilization: Percentage of its processor that scaling aims at. Default: 60.
        on_demand_base: Tasks that are never on Spot; those above are split 80 to 20 in favour of Spot.
            Default: no task is on Spot.
        hours: When it runs. Default: always.
    """

    min_capacity: int = 2
    max_capacity: int = 10
    requests_per_target: int = 1000
    cpu_utilization: int = 60
    on_demand_base: int | None = None
    hours: ScheduledScaling | None = None


@dataclass(frozen=True)
class BacklogScaling:
    """How many tasks work off a queue.

    Args:
        acceptable_latency: How long a message may wait. Default: 5 minutes.
        processing_time: How long a task works on one message. Default: 10 seconds.
        max_capacity: Most tasks, 1 to 5,000. Default: 10.
        on_demand_base: Tasks that are never on Spot; 0 lets all be, since a message that was begun comes
            back. Default: no task is on Spot.
    """

    acceptable_latency: Duration = field(default_factory=lambda: Duration.minutes(5))
    processing_time: Duration = field(default_factory=lambda: Duration.seconds(10))
    max_capacity: int = 10
    on_demand_base: int | None = None


@dataclass(frozen=True)
class Ingress:
    """How requests come in.

    Args:
        certificate: Certificate of the listener. Default: one is made for `domain`.
        domain: Name that people use, in `zone`. Default: the load balancer's own.
        zone: Hosted zone in which the name and the proof of owning it are written. Default: none.
        public: Open to the world. Default: True. An internal one without a certificate speaks plain HTTP
            inside the network.
        longest_request: What a request may take, up to 115 seconds; draining and stopping wait for it.
            Default: 30 seconds.
        health_check_path: What tells that a task lives. Default: `/health`.
        deletion_protection: Refuse to delete the load balancer that is defined here. Default: True.
        further_cidrs: Ranges of a network that is imported, beside its first one, such as `100.64.0.0/16`:
            an internal service and the listener for tests of a release let no others in. Default: those that
            the network's own stack adds.
        test_port: Where new tasks answer before a release moves requests, of a load balancer that may have
            something there already; None for nowhere. Refused where no release moves any. Default: 8443.
    """

    certificate: acm.ICertificate | acm.Certificate | None = None
    domain: str | None = None
    zone: route53.IHostedZone | route53.HostedZone | None = None
    public: bool = True
    longest_request: Duration = field(default_factory=lambda: Duration.seconds(30))
    health_check_path: str = "/health"
    deletion_protection: bool = True
    further_cidrs: Sequence[str] = ()
    test_port: int | None = TEST_PORT


@dataclass(frozen=True)
class ListenerRule:
    """Which requests of a listener of your own, that others share, come to the service.

    Args:
        listener: Your own, or an imported one with its security group.
        priority: Which rule is asked first, 1 to 50,000; no two rules of a listener have the same.
        paths: Patterns such as `/orders/*`. Default: every path.
        hosts: Host names, which may hold `*`. Default: every host.
        longest_request: What a request may take, up to 115 seconds; draining and stopping wait for it.
            Default: 30 seconds.
        health_check_path: What tells that a task lives. Default: `/health`.
        public: Whether it is reached from outside of the network. Default: read where it can be, else not.
        idle_timeout: What the load balancer of an imported listener has. Default: read where it can be, else
            60 seconds, as AWS has it.
        test_listener: Your own listener of the same load balancer for tests of a release, where the new tasks
            answer by a rule of the same priority, paths and hosts before requests move; not for `rolling`.
            Default: none, and they answer nobody before requests move.
    """

    listener: elbv2.IApplicationListener | elbv2.ApplicationListener
    priority: int
    paths: Sequence[str] = ()
    hosts: Sequence[str] = ()
    longest_request: Duration = field(default_factory=lambda: Duration.seconds(30))
    health_check_path: str = "/health"
    public: bool | None = None
    idle_timeout: Duration | None = None
    test_listener: elbv2.IApplicationListener | elbv2.ApplicationListener | None = None
