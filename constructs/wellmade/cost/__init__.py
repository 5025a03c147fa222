"""What templates cost a month: at rest, by load, and by change."""

from wellmade.cost.bill import Bill, Line
from wellmade.cost.estimate import Estimate, estimate

__all__ = ["Bill", "Estimate", "Line", "estimate"]
