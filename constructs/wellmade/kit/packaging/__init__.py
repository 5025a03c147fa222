"""Code and its packages as archives that Lambda runs."""

from wellmade.kit.packaging.archive import data_archive
from wellmade.kit.packaging.build import BuiltCode, function_archive
from wellmade.kit.packaging.source import bundled_handlers, bundled_programs

__all__ = ["BuiltCode", "bundled_handlers", "bundled_programs", "data_archive", "function_archive"]
