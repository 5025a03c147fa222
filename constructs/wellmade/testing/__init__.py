"""A pytest plugin for people who build on our constructs."""

from wellmade.testing.templates import masked, synthesize

__all__ = ["masked", "synthesize"]
