"""One module for each family of services; each says what its edges need."""

__all__ = []
