"""Work that waits in queues, and events for many."""

from wellmade.messaging.event_hub import EventHub
from wellmade.messaging.fan_out_topic import FanOutTopic
from wellmade.messaging.ordered_queue_worker import OrderedQueueWorker
from wellmade.messaging.queue_worker import QueueWorker

__all__ = ["EventHub", "FanOutTopic", "OrderedQueueWorker", "QueueWorker"]
