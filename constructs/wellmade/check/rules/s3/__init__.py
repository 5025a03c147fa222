"""Rules about buckets."""

__all__ = []
