"""Work that waits in queues."""

from wellmade.messaging.ordered_queue_worker import OrderedQueueWorker
from wellmade.messaging.queue_worker import QueueWorker

__all__ = ["OrderedQueueWorker", "QueueWorker"]
