"""Rules about RDS, ElastiCache and the secrets of databases."""

__all__ = []
