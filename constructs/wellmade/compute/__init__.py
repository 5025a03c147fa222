"""Programs that run for long: services behind a load balancer, workers behind a queue."""

from wellmade.compute.container import Container, RepositoryImage
from wellmade.compute.fargate_worker import FargateWorker
from wellmade.compute.options import BacklogScaling, Ingress, ListenerRule, Scaling, TaskSize
from wellmade.compute.web_service import WebService
from wellmade.kit.option_classes import check_options

__all__ = [
    "BacklogScaling",
    "Container",
    "FargateWorker",
    "Ingress",
    "ListenerRule",
    "RepositoryImage",
    "Scaling",
    "TaskSize",
    "WebService",
]

check_options(__name__)
