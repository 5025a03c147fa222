"""Relational data and sessions, private and encrypted."""

from wellmade.data.relational_store import RelationalStore
from wellmade.data.session_cache import SessionCache

__all__ = ["RelationalStore", "SessionCache"]
