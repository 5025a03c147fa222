"""What an update does to what is deployed, before it is deployed."""

from wellmade.upgrade.change import Change, Export, Fate, Upgrade
from wellmade.upgrade.compare import compare

__all__ = ["Change", "Export", "Fate", "Upgrade", "compare"]
