"""Prices read anew from AWS's public price lists, which need no credentials."""

from wellmade.cost.refresh.refresh import Outcome, refresh

__all__ = ["Outcome", "refresh"]
