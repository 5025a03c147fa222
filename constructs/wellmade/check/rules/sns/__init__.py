"""Rules about topics."""

__all__ = []
