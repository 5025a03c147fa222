"""A pytest plugin for people who build on our constructs."""

from wellmade.testing.release import replacements
from wellmade.testing.templates import masked, synthesize

__all__ = ["masked", "replacements", "synthesize"]
