"""Rules about alarms and log groups."""

__all__ = []
