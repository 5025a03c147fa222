"""Rules about distributions."""

__all__ = []
