"""Code and its packages as archives that Lambda runs."""

from wellmade.kit.packaging.build import BuiltCode, function_archive
from wellmade.kit.packaging.source import bundled_handlers

__all__ = ["BuiltCode", "bundled_handlers", "function_archive"]
