"""Rules about secretsmanager."""

__all__ = []
