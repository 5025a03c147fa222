"""Rules about state machines."""

__all__ = []
