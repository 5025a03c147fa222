"""What instances run: a workload, to which stores are connected."""

from collections.abc import Sequence
from typing import Any, cast

import jsii
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from wellmade.compute.fleet.boot import Boot
from wellmade.compute.fleet.scaling import running
from wellmade.kit.roles import WorkloadRole
from wellmade.kit.secrets import IN_CONTAINER, refuse_plaintext_secrets


@jsii.implements(iam.IGrantable, ec2.IConnectable)
class FleetProgram(Construct):
    """The program of a fleet, with the role, the group and the log that it has."""

    role: WorkloadRole
    """What the instances, and the program on them, may call."""
    group: autoscaling.CfnAutoScalingGroup
    """How many instances there are."""
    launch_template: ec2.LaunchTemplate
    """How they start."""
    log_group: logs.LogGroup
    """Where the program writes its log."""
    _boot: Boot
    _connections: ec2.Connections

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The role, so that a resource's own `grant_…` methods take this construct."""
        return cast(iam.IPrincipal, self.role)

    @property
    def connections(self) -> ec2.Connections:
        """The instances in the network, so that others can let them in."""
        return self._connections

    def allow(
        self,
        actions: Sequence[str],
        resources: Sequence[str],
        *,
        reason: str | None = None,
        used_by: str | None = None,
        keyed: bool = False,
    ) -> None:
        """Let the program call exactly these actions on exactly these resources.

        Args:
            actions: Whole names, without wildcards.
            resources: ARNs; one that names no resource only with a reason.
            reason: Why no narrower resource will do. Default: it is not needed.
            used_by: Who makes these calls where it is not the program. Default: the program.
            keyed: The resource is encrypted with a key of your own. Default: False.

        Raises:
            RefusedError: If an action has a wildcard, or a resource names none, without a reason.
        """
        self.role.allow(actions, resources, reason=reason, used_by=used_by, keyed=keyed)

    def add_environment(self, name: str, value: str, /) -> None:
        """Set a variable for the program, such as the name of a table that is defined later.

        Args:
            name: The variable.
            value: What it holds; no secret.

        Raises:
            RefusedError: If it looks like a secret.
        """
        refuse_plaintext_secrets(self, {name: value}, IN_CONTAINER)
        self._boot.add_environment(name, value)

    def metric_cpu_utilization(self, **options: Any) -> cloudwatch.Metric:
        """Return the percentage of processors that instances use; options as for `cloudwatch.Metric`."""
        of = {"AutoScalingGroupName": self.group.ref}
        return cloudwatch.Metric(
            namespace="AWS/EC2", metric_name="CPUUtilization", **{"dimensions_map": of, **options}
        )

    def metric_instances(self) -> cloudwatch.Metric:
        """Return the number of instances in service."""
        return running(self.group)
