"""Rules about Lambda functions."""

__all__ = []
