"""The SAM transform as far as rules and edges need it: defaults, roles and events become resources."""

from wellmade.graph.read.sam.transform import DERIVED_FROM, is_sam, transform

__all__ = ["DERIVED_FROM", "is_sam", "transform"]
