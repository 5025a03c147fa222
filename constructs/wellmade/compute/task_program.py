"""A program that a service keeps running, on whatever capacity."""

from typing import Any, TypeVar

import jsii
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs

from wellmade.compute.cluster import Place
from wellmade.compute.container_program import ContainerProgram

_Service = TypeVar("_Service", ecs.FargateService, ecs.Ec2Service)


@jsii.implements(ec2.IConnectable)
class TaskProgram(ContainerProgram):
    """What services and workers have in common."""

    service: ecs.BaseService
    """What keeps its tasks running."""
    _max_capacity: int

    @property
    def connections(self) -> ec2.Connections:
        """The tasks in the network, so that others can let them in."""
        return self.service.connections

    @property
    def max_concurrency(self) -> int | None:
        """Most tasks at once: twice the maximum, since a release starts the new before it stops the old."""
        return 2 * self._max_capacity

    def metric_cpu_utilization(self, **options: Any) -> cloudwatch.Metric:
        """Return the percentage of their processors that tasks use; options as for `cloudwatch.Metric`."""
        return self.service.metric_cpu_utilization(**options)

    def metric_memory_utilization(self, **options: Any) -> cloudwatch.Metric:
        """Return the percentage of their memory that the tasks use; options as for `cloudwatch.Metric`."""
        return self.service.metric_memory_utilization(**options)

    def _keep_running(self, kind: type[_Service], place: Place, **options: Any) -> _Service:
        """Run the program in private subnets, let out over TLS alone."""
        self.cluster = place.cluster
        service = kind(
            self,
            "Service",
            cluster=place.cluster,
            task_definition=self.task_definition,
            vpc_subnets=ec2.SubnetSelection(subnets=place.subnets),
            security_groups=self._groups(place),
            assign_public_ip=False,
            # `configure_deployment` says the same on the resource; the class warns where it is not told.
            min_healthy_percent=100,
            max_healthy_percent=200,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            **options,
        )
        # Before its policies are there, no task starts.
        service.node.add_dependency(self.role, self.execution_role)
        self._look_at_ways_out(place)
        return service
