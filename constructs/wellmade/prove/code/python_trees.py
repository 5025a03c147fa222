"""The syntax of Python files, each parsed once."""

import ast
from functools import lru_cache
from pathlib import Path

from wellmade.prove.code.python_aliases import without_aliases


@lru_cache(maxsize=4096)
def tree_of(file: Path) -> ast.Module | None:
    """Return the syntax of a file; None if it is no Python that this version reads, or is nested too deep."""
    try:
        source = file.read_bytes()
        return without_aliases(ast.parse(source), source)
    except (MemoryError, RecursionError, SyntaxError, ValueError):
        return None
