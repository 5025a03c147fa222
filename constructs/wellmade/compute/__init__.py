"""Programs that run for long: services behind a load balancer, workers behind a queue."""

from wellmade.compute.fargate_worker import FargateWorker
from wellmade.compute.options import Entry, OfficeHours, Scaling, TaskSize
from wellmade.compute.program_code import RepositoryImage
from wellmade.compute.web_service import WebService

__all__ = [
    "Entry",
    "FargateWorker",
    "OfficeHours",
    "RepositoryImage",
    "Scaling",
    "TaskSize",
    "WebService",
]
