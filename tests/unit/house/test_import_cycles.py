"""No module of the library imports itself by way of others, imports for type checkers included."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

LIBRARY = Path(__file__).parents[3] / "constructs" / "wellmade"


def name_of(module: Path) -> str:
    parts = ("wellmade", *module.relative_to(LIBRARY).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def named_by(source: str) -> Iterator[str]:
    """Yield what each import names, wherever it stands: a module, or a name in a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports_of(sources: Mapping[str, str]) -> dict[str, list[str]]:
    """Return which of the modules each one imports; a name that is no module counts for the one it is in."""
    found: dict[str, set[str]] = {name: set() for name in sources}
    for name, source in sources.items():
        for named in named_by(source):
            imported = named if named in sources else named.rpartition(".")[0]
            if imported in sources:
                found[name].add(imported)
    return {name: sorted(imported) for name, imported in found.items()}


def reached_from(start: str, imports: Mapping[str, list[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(imports[start])
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting.extend(imports[module])
    return reached


def in_cycles(sources: Mapping[str, str]) -> set[str]:
    imports = imports_of(sources)
    return {name for name in imports if name in reached_from(name, imports)}


def test_the_library_has_no_import_cycles() -> None:
    sources = {name_of(path): path.read_text() for path in LIBRARY.rglob("*.py")}
    assert in_cycles(sources) == set()


def test_imports_for_type_checkers_and_inside_functions_count() -> None:
    typed = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from w.b import B\n"
    late = "def f() -> None:\n    from w import c\n"
    assert in_cycles({"w": "", "w.a": typed, "w.b": late, "w.c": "import w.a"}) == {"w.a", "w.b", "w.c"}
    assert in_cycles({"w": "from w.a import A", "w.a": "from w.b import B", "w.b": ""}) == set()
