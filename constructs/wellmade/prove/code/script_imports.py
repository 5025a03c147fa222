"""Which files a module of TypeScript or JavaScript imports, and what those import in turn."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

SUFFIXES = (".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx")
_IMPORT = re.compile(
    r"""(?:import|export)\s+(?:type\s+)?[^"';]*?from\s*["']([^"']+)["']"""
    r"""|require\(\s*["']([^"']+)["']\s*\)|import\(?\s*["']([^"']+)["']"""
)


def files_of(entry: Path, roots: Sequence[Path]) -> list[Path]:
    """Return a module and the modules that it imports by their paths."""
    waiting, found = [entry], {entry: None}
    while waiting:
        file = waiting.pop()
        for name in imports_in(file.read_text(errors="replace")):
            module = imported(file, name, roots)
            if module and module not in found:
                found[module] = None
                waiting.append(module)
    return list(found)


def imports_in(source: str) -> Iterator[str]:
    """Yield what a module imports, as it is written."""
    for match in _IMPORT.finditer(source):
        yield match[1] or match[2] or match[3]


def imported(file: Path, name: str, roots: Sequence[Path]) -> Path | None:
    """Return the module of the project that an import means; None if it means none that is found."""
    bases = [file.parent / name] if name.startswith(".") else [root / name for root in roots]
    for base in bases:
        plain = base.with_suffix("") if base.suffix in SUFFIXES else base
        for each in (base, *(plain.with_name(plain.name + suffix) for suffix in SUFFIXES),
                     *(base / f"index{suffix}" for suffix in SUFFIXES)):  # fmt: skip
            if each.is_file() and each.suffix in SUFFIXES:
                return each.resolve()
    return None
