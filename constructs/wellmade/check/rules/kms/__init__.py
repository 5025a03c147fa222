"""Rules about keys and encryption."""

__all__ = []
