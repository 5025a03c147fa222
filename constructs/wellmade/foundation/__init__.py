"""Blocks with house defaults that every pattern stands on."""

from wellmade.foundation.alarm_topic import AlarmTopic, alarm_topic, use_alarm_topic
from wellmade.foundation.durable_queue import DurableQueue
from wellmade.foundation.encrypted_topic import EncryptedTopic
from wellmade.foundation.idempotency_table import IdempotencyTable
from wellmade.foundation.monitor import Monitor, monitor
from wellmade.foundation.node_function import NodeFunction
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.foundation.private_bucket import PrivateBucket, log_access
from wellmade.foundation.provisioned_concurrency import ProvisionedConcurrency
from wellmade.foundation.python_function import PythonFunction
from wellmade.foundation.queue_source import ProvisionedPollers
from wellmade.foundation.scheduled_scaling import ScheduledScaling
from wellmade.kit.option_classes import check_options
from wellmade.kit.refusals import RefusedError
from wellmade.kit.suppressions import suppress

__all__ = [
    "AlarmTopic",
    "DurableQueue",
    "EncryptedTopic",
    "IdempotencyTable",
    "Monitor",
    "NodeFunction",
    "OnDemandTable",
    "PrivateBucket",
    "ProvisionedConcurrency",
    "ProvisionedPollers",
    "PythonFunction",
    "RefusedError",
    "ScheduledScaling",
    "alarm_topic",
    "log_access",
    "monitor",
    "suppress",
    "use_alarm_topic",
]

check_options(__name__)
