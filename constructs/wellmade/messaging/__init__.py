"""Work that waits in queues, and events for many."""

from wellmade.kit.option_classes import check_options
from wellmade.messaging.event_bus import EventBus
from wellmade.messaging.fan_out_topic import FanOutTopic
from wellmade.messaging.ordered_queue_worker import OrderedQueueWorker
from wellmade.messaging.queue_worker import QueueWorker

__all__ = ["EventBus", "FanOutTopic", "OrderedQueueWorker", "QueueWorker"]

check_options(__name__)
