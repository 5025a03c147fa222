"""What instances run: a workload, to which stores are connected."""

from typing import Any

import jsii
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs

from wellmade.compute.fleet.scaling import running
from wellmade.compute.program import Program


@jsii.implements(ec2.IConnectable)
class FleetProgram(Program):
    """The program of a fleet, with the role, the group and the log that it has."""

    group: autoscaling.CfnAutoScalingGroup
    """How many instances there are."""
    launch_template: ec2.LaunchTemplate
    """How they start."""
    log_group: logs.LogGroup
    """Where the program writes its log."""
    _connections: ec2.Connections

    @property
    def connections(self) -> ec2.Connections:
        """The instances in the network, so that others can let them in."""
        return self._connections

    def metric_cpu_utilization(self, **options: Any) -> cloudwatch.Metric:
        """Return the percentage of processors that instances use; options as for `cloudwatch.Metric`."""
        of = {"AutoScalingGroupName": self.group.ref}
        return cloudwatch.Metric(
            namespace="AWS/EC2", metric_name="CPUUtilization", **{"dimensions_map": of, **options}
        )

    def metric_instances(self) -> cloudwatch.Metric:
        """Return the number of instances in service."""
        return running(self.group)
