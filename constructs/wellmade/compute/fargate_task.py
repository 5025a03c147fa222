"""A program in a container that runs to its end."""

from collections.abc import Sequence
from typing import Any

import jsii
from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from wellmade.compute.cluster import Cluster, Vpc, place_of
from wellmade.compute.container import ImageOption, container_of
from wellmade.compute.container_program import ContainerProgram
from wellmade.compute.options import TaskSize
from wellmade.compute.task import Task
from wellmade.foundation.graphs import Graph

STOP_TIMEOUT = Duration.seconds(30)
INSIGHTS = "ECS/ContainerInsights"


@jsii.implements(ec2.IConnectable)
class FargateTask(ContainerProgram):
    """Run a program to its end, whenever a workflow or a schedule starts it, for as long as it takes.

    Defines: cluster, task definition with two roles, log group, security group; of these what it is not
    given.

    It is for what does not fit into the 15 minutes of a function. Nothing keeps it running and nothing is
    paid for between two runs. Exit code 0 is success: whoever starts it, such as `RunTask`, is told and tries
    again. A run may be interrupted and started anew, so the program does its work once however often it runs.

    Example:
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, restrict_default_security_group=False)
        task = FargateTask(self, "Receipts", image="file_receiver", vpc=vpc)
        file = {"FILE_KEY.$": "$.key"}
        run = RunTask(task.cluster, task.task_definition, task.security_groups, environment=file)
        workflow = Workflow(self, "LargeFiles", steps=[Step("Receive", run)])

    Args:
        image: The `Path` of your own directory with a Dockerfile, a `RepositoryImage`, any
            `ecs.ContainerImage`, the name of a program that travels with this library, or a `Container` with
            variables, secrets and sidecars of its own.
        cluster: Your own cluster, with the capacity provider `FARGATE`. Default: one is defined in `vpc`.
        vpc: Network of the tasks. Default: that of `cluster`.
        size: How large a task is, up to 16 processors and 120 GiB. Default: half a processor and 1 GiB.
        vpc_subnets: Where tasks run. Default: the private subnets, else the isolated ones.
        security_groups: Your own for the tasks, which must let them out. Default: one is defined.
        encryption_key: Your own key for log lines and, in a cluster that is defined here, for the tasks'
            space. Default: keys of CloudWatch and Fargate.

    Raises:
        RefusedError: If an option is out of bounds; at synth also if a call has no way out of the network.
        ValueError: If the directory does not exist or has no Dockerfile.
    """

    security_groups: Sequence[ec2.ISecurityGroup]
    """Of the tasks."""
    vpc_subnets: ec2.SubnetSelection
    """Where they run."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        image: ImageOption,
        cluster: Cluster | None = None,
        vpc: Vpc | None = None,
        size: TaskSize | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup | ec2.SecurityGroup] | None = None,
        encryption_key: kms.IKey | kms.Key | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        place = place_of(
            self,
            cluster=cluster,
            vpc=vpc,
            vpc_subnets=vpc_subnets,
            security_groups=security_groups,
            encryption_key=encryption_key,
        )
        self.cluster = place.cluster
        self._run(
            Task(
                self,
                container_of(image),
                size=size or TaskSize(),
                environment={},
                stop_timeout=STOP_TIMEOUT,
                encryption_key=encryption_key,
            )
        )
        self.security_groups = self._groups(place)
        self.vpc_subnets = ec2.SubnetSelection(subnets=list(place.subnets))
        self._look_at_ways_out(place)

    @property
    def connections(self) -> ec2.Connections:
        """The tasks in the network, so that others can let them in."""
        return ec2.Connections(security_groups=list(self.security_groups))

    @property
    def max_concurrency(self) -> int | None:
        """Not known: whoever starts tasks decides how many run at once."""
        return None

    def grant_run(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` start a task in the cluster, hand it its two roles, and nothing else."""
        cluster = {"ArnEquals": {"ecs:cluster": self.cluster.cluster_arn}}
        passed = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
        roles = [self.role.role_arn, self.execution_role.role_arn]
        definition = [self.task_definition.task_definition_arn]
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["ecs:RunTask"], resource_arns=definition, conditions=cluster
        ).combine(
            iam.Grant.add_to_principal(
                grantee=grantee, actions=["iam:PassRole"], resource_arns=roles, conditions=passed
            )
        )

    def metric_cpu_utilized(self, **options: Any) -> cloudwatch.Metric:
        """Return the CPU units that tasks use, where the cluster has Container Insights.

        Options as for `cloudwatch.Metric`.
        """
        return self._metric("CpuUtilized", options)

    def metric_memory_utilized(self, **options: Any) -> cloudwatch.Metric:
        """Return the MiB of memory that tasks use, where the cluster has Container Insights.

        Options as for `cloudwatch.Metric`.
        """
        return self._metric("MemoryUtilized", options)

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [Graph("utilization", [self.metric_cpu_utilized(), self.metric_memory_utilized()])]

    def _metric(self, name: str, options: dict[str, Any]) -> cloudwatch.Metric:
        of_family = {
            "ClusterName": self.cluster.cluster_name,
            "TaskDefinitionFamily": self.task_definition.family,
        }
        wanted = {"statistic": "Maximum", "dimensions_map": of_family, **options}
        return cloudwatch.Metric(namespace=INSIGHTS, metric_name=name, **wanted)
