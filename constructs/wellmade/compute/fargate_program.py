"""A program that a service keeps running on Fargate."""

from typing import Any

from aws_cdk import aws_ecs as ecs

from wellmade.compute.cluster import Place, strategies
from wellmade.compute.task_program import TaskProgram


class FargateProgram(TaskProgram):
    """What a service and a worker have in common."""

    service: ecs.FargateService
    """What keeps its tasks running."""

    def _define_service(self, place: Place, on_demand_base: int | None, **options: Any) -> ecs.FargateService:
        capacity = strategies(self, place.cluster, on_demand_base)
        service = self._keep_running(
            ecs.FargateService, place, capacity_provider_strategies=capacity, **options
        )
        if capacity and isinstance(place.cluster, ecs.Cluster):
            service.node.add_dependency(place.cluster)
        return service
