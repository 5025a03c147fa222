"""A pytest plugin for people who build on our constructs."""

from wellmade.testing.node_tests import node_tests
from wellmade.testing.release import replacements
from wellmade.testing.templates import masked, synthesize

__all__ = ["masked", "node_tests", "replacements", "synthesize"]
