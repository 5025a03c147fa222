"""Rules about templates themselves."""

__all__ = []
