"""Alarms of a cluster of Kubernetes."""

from typing import TypedDict

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_eks as eks
from constructs import Construct

from wellmade.foundation.alarms import Alarms, AlarmSpec, define_alarms

NAMESPACE = "AWS/EKS"
PENDING = "scheduler_pending_pods_UNSCHEDULABLE"
_FAILED = "apiserver_request_total_5XX"
_PENDING = (
    "Pods have found no node for a quarter of an hour. Ask `kubectl describe pod` why: a quota, no capacity "
    "in a zone, a size that no node has, or node groups at their largest."
)
_ERRORS = (
    "The API of the cluster fails. Look for a webhook that does not answer in the log of the control plane, "
    "then at the health of EKS."
)


class PlatformAlarms(Alarms):
    """Alarms of a cluster."""

    pending_pods: cloudwatch.Alarm
    """Pods for which there is no node."""
    server_errors: cloudwatch.Alarm
    """Answers of the API with 5xx, in a minute."""


class PlatformThresholds(TypedDict, total=False):
    """Thresholds of these alarms; None leaves one out."""

    pending_pods: float | None
    server_errors: float | None


def define_platform_alarms(
    scope: Construct, cluster: eks.CfnCluster, thresholds: PlatformThresholds | None
) -> PlatformAlarms:
    """Define the alarms of a cluster.

    Args:
        scope: The pattern.
        cluster: The control plane, which publishes the metrics.
        thresholds: By name.
    """
    of = {"ClusterName": cluster.ref}
    specs = {
        "pending_pods": AlarmSpec("PendingPods", PENDING, NAMESPACE, of, 0, _PENDING, minutes=15),
        "server_errors": AlarmSpec("ServerErrors", _FAILED, NAMESPACE, of, 10, _ERRORS, "Sum"),
    }
    return define_alarms(PlatformAlarms, scope, specs, thresholds)
