"""Whether packets reach the port that listens: security groups at both ends, and endpoints on the way."""

__all__ = []
