"""What runs behind a load balancer; workers behind a queue, in tasks and on instances; tasks."""

from wellmade.compute.container import Container, RepositoryImage
from wellmade.compute.container_fleet import ContainerFleet
from wellmade.compute.fargate_task import FargateTask
from wellmade.compute.fargate_worker import FargateWorker
from wellmade.compute.fleet.container_group import InstanceGroup
from wellmade.compute.fleet.instances import Instances
from wellmade.compute.fleet_worker import FleetWorker
from wellmade.compute.gradual_release import GradualRelease
from wellmade.compute.instance_fleet import InstanceFleet
from wellmade.compute.kubernetes.nodes import NodeGroup
from wellmade.compute.kubernetes_platform import KubernetesPlatform
from wellmade.compute.kubernetes_service import KubernetesService
from wellmade.compute.load_balanced_function import LoadBalancedFunction
from wellmade.compute.options import BacklogScaling, Ingress, ListenerRule, Scaling, TaskSize
from wellmade.compute.strangler_routes import StranglerRoutes
from wellmade.compute.web_service import WebService
from wellmade.kit.option_classes import check_options

__all__ = [
    "BacklogScaling",
    "Container",
    "ContainerFleet",
    "FargateTask",
    "FargateWorker",
    "FleetWorker",
    "GradualRelease",
    "Ingress",
    "InstanceFleet",
    "InstanceGroup",
    "Instances",
    "KubernetesPlatform",
    "KubernetesService",
    "ListenerRule",
    "LoadBalancedFunction",
    "NodeGroup",
    "RepositoryImage",
    "Scaling",
    "StranglerRoutes",
    "TaskSize",
    "WebService",
]

check_options(__name__)
