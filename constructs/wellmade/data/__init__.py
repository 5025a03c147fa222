"""Relational data and sessions, private and encrypted."""

from wellmade.data.global_database import GlobalDatabase
from wellmade.data.migration_function import MigrationFunction
from wellmade.data.relational_store import RelationalStore
from wellmade.data.session_cache import SessionCache
from wellmade.kit.option_classes import check_options

__all__ = ["GlobalDatabase", "MigrationFunction", "RelationalStore", "SessionCache"]

check_options(__name__)
