"""One module for each family of services; each knows which properties make an edge."""

__all__ = []
