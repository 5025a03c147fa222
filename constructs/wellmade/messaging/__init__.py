"""Work that waits in queues, and events for many."""

from wellmade.messaging.queue_worker import QueueWorker

__all__ = ["QueueWorker"]
