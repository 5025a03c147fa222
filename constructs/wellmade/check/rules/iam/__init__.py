"""Rules about roles, policies and organizations."""

__all__ = []
