"""Concurrency and back-pressure as one system of inequalities: what saturates first, and what then."""

from wellmade.capacity.command import answer

__all__ = ["answer"]
