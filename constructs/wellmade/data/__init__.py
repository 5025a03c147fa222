"""Relational data and sessions, private and encrypted."""

__all__ = ()
