"""Rules about tables."""

__all__ = []
