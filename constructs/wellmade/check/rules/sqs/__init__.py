"""Rules about queues."""

__all__ = []
