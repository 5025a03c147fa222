"""House defaults that every pattern stands on."""

from wellmade.foundation.accepted import accept
from wellmade.foundation.alarm_topic import AlarmTopic, alarm_topic, use_alarm_topic
from wellmade.foundation.dashboard import define_dashboard
from wellmade.foundation.durable_queue import DurableQueue
from wellmade.foundation.idempotency_table import IdempotencyTable
from wellmade.foundation.on_demand_table import OnDemandTable
from wellmade.foundation.private_bucket import PrivateBucket
from wellmade.foundation.python_function import PythonFunction

__all__ = [
    "AlarmTopic",
    "DurableQueue",
    "IdempotencyTable",
    "OnDemandTable",
    "PrivateBucket",
    "PythonFunction",
    "accept",
    "alarm_topic",
    "define_dashboard",
    "use_alarm_topic",
]
