"""Event contracts: a JSON Schema for each version of an event, and what may change within one."""

from wellmade.contracts.folder import Contracts
from wellmade.contracts.names import versioned

__all__ = ["Contracts", "versioned"]
