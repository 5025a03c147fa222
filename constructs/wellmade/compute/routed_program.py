"""A program that requests are routed to."""

from wellmade.compute.fargate_program import FargateProgram
from wellmade.compute.routed import Routed
from wellmade.foundation.graphs import Graph


class RoutedProgram(Routed, FargateProgram):
    """What others use of a service."""

    @property
    def graphs(self) -> list[Graph]:
        """What `monitor` shows of it."""
        return [
            Graph("requests", [self.metric_request_count(), self.metric_target_5xx()]),
            Graph("response time", [self.metric_target_response_time(statistic=s) for s in ("p50", "p99")]),
            Graph("utilization", [self.metric_cpu_utilization(), self.metric_memory_utilization()]),
        ]
