"""What needs a person about a service, and what takes a release back."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from wellmade.compute.front_door import FrontDoor
from wellmade.foundation.alarms import define_alarm
from wellmade.foundation.tree import seconds

FAILURES_A_MINUTE = 5


def define_service_alarms(
    scope: Construct, door: FrontDoor, longest_request: Duration
) -> tuple[list[cloudwatch.Alarm], list[cloudwatch.Alarm]]:
    """Return the alarms that roll a release back, and all alarms.

    They watch the load balancer, never the service: the service names them, and would wait for itself.
    """
    balancer = {"LoadBalancer": door.load_balancer.load_balancer_full_name}
    targets = {**balancer, "TargetGroup": door.targets.target_group_full_name}
    failures = define_alarm(
        scope,
        "Failures",
        metric="HTTPCode_Target_5XX_Count",
        namespace="AWS/ApplicationELB",
        dimensions=balancer,
        statistic="Sum",
        above=FAILURES_A_MINUTE,
        description="The program answers with 5xx. Read its log; a release under way is rolled back.",
    )
    unhealthy = define_alarm(
        scope,
        "Unhealthy",
        metric="UnHealthyHostCount",
        namespace="AWS/ApplicationELB",
        dimensions=targets,
        above=0,
        description="Tasks fail their health check. Read the log of the task that was replaced.",
    )
    unserved = define_alarm(
        scope,
        "Unserved",
        metric="HTTPCode_ELB_5XX_Count",
        namespace="AWS/ApplicationELB",
        dimensions=balancer,
        statistic="Sum",
        above=0,
        description="The load balancer found no task that answered. Are tasks running?",
    )
    slow = define_alarm(
        scope,
        "Slow",
        metric="TargetResponseTime",
        namespace="AWS/ApplicationELB",
        dimensions=balancer,
        statistic="p99",
        # Half of what a request may take, so that there is time to act before people see time-outs.
        above=seconds(longest_request) / 2,
        description="One answer in a hundred takes half of the time allowed.",
    )
    rolls_back = [failures, unhealthy]
    return rolls_back, [*rolls_back, unserved, slow]
