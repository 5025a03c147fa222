"""Rules about APIs of API Gateway."""

__all__ = []
