"""The house as DESIGN describes it: which way dependencies run, how large things are."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[3]
LIBRARY = ROOT / "constructs" / "wellmade"
CONCERNS = {
    *(
        "api",
        "compute",
        "data",
        "delivery",
        "governance",
        "edge",
        "ingest",
        "messaging",
        "network",
        "observability",
        "policies",
        "resilience",
        "security",
        "streaming",
    ),
    "workflow",
}
TOOLS = {
    "advise",
    "capacity",
    "check",
    "cost",
    "draw",
    "ingress",
    "local",
    "new",
    "prove",
    "redrive",
    "upgrade",
}
SHARED = {
    "contracts",
    "errors",
    "harmless",
    "facts",
    "home",
    "console",
    "cli",
    "graph",
    "kit",
    "patience",
    "project_settings",
}
ALSO = {
    "foundation": {"kit"},
    "local": {"kit"},  # how handlers are packed, which it runs
    # `check --capacity` hands its paths on; and its rules decide with the evaluator of policies.
    "check": {"capacity", "prove"},
    "advise": {
        "capacity",
        "cost",
        "ingress",
    },  # it reads files alike, and prices what it weighs by their meters
    "cost": {"capacity", "ingress"},  # it reads the same file, and prices APIs and load balancers alike
    "draw": {"local"},  # whose toolchain it shares: Node, and what is installed once
    "prove": {"local"},  # whose log tells what functions called there
    "redrive": {"local"},  # it signs calls to the embedded AWS with that one's keys, and with no others
    "testing": {"check", "local", "prove", "upgrade"},  # its fixtures ask the tools, and run the embedded AWS
    "validation": {
        "capacity",
        "check",
        "cost",
        "upgrade",
    },  # where CDK and the tools meet: plugins of CDK's synth
}
SOURCES = sorted(
    path
    for root in ("constructs", "container_src", "lambda_src", "stacks")
    for path in (ROOT / root).rglob("*.py")
)


def folder_of(module: Path) -> str:
    return module.relative_to(LIBRARY).parts[0].removesuffix(".py")


@cache
def imported(module: Path) -> frozenset[str]:
    """Return the first folder below `wellmade` of each import, or the top-level name of others."""
    return frozenset(_imported(module))


def _imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            parts = name.split(".")
            yield parts[1] if parts[0] == "wellmade" and len(parts) > 1 else f"/{parts[0]}"


def test_every_folder_has_a_place() -> None:
    folders = {path.name for path in LIBRARY.iterdir() if path.is_dir() and path.name != "__pycache__"}
    others = {"contracts", "facts", "foundation", "graph", "kit", "testing", "validation"}
    assert folders == CONCERNS | TOOLS | others


@pytest.mark.parametrize(
    "module", sorted(LIBRARY.rglob("*.py")), ids=lambda path: str(path.relative_to(LIBRARY))
)
def test_dependencies_run_one_way(module: Path) -> None:
    folder = folder_of(module)
    allowed = {folder} | SHARED | ALSO.get(folder, set())
    if folder in CONCERNS:
        allowed |= {"foundation", "kit"}
    assert {name for name in imported(module) if not name.startswith("/")} <= allowed
    if folder in TOOLS | {"facts", "graph"}:
        assert "/aws_cdk" not in imported(module)


def test_facts_know_nothing_else() -> None:
    modules = (LIBRARY / "facts").rglob("*.py")
    assert {name for module in modules for name in imported(module) if not name.startswith("/")} <= {"facts"}


@pytest.mark.parametrize(
    ("layer", "above"),
    [("read", ("resolve", "edges", "graph", "load")), ("resolve", ("edges", "graph", "load"))],
)
def test_layers_of_the_graph_know_nothing_above_them(layer: str, above: tuple[str, ...]) -> None:
    sources = "".join(path.read_text() for path in (LIBRARY / "graph" / layer).rglob("*.py"))
    assert [
        name for name in above if re.search(rf"wellmade\.graph\.{name}\b|graph import {name}\b", sources)
    ] == []


def test_source_roots_are_no_packages() -> None:
    assert not (ROOT / "constructs" / "__init__.py").exists()
    assert not (ROOT / "lambda_src" / "__init__.py").exists()
    assert not (ROOT / "container_src" / "__init__.py").exists()
    assert not (ROOT / "tests" / "constructs").exists()


def test_package_listings_hold_docstring_and_sorted_all_only() -> None:
    for listing in LIBRARY.rglob("__init__.py"):
        tree = ast.parse(listing.read_text())
        kinds = {type(node) for node in tree.body}
        assert kinds <= {ast.Expr, ast.ImportFrom, ast.Assign}, listing


def lines_of_functions() -> list[int]:
    """Return the lines of each function with its docstring; options, one a line, are no part of its work."""
    return [
        (node.end_lineno or node.lineno) - node.body[0].lineno + 1
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    ]


def test_files_and_functions_stay_small() -> None:
    files = {path: len(path.read_text().splitlines()) for path in SOURCES}
    assert {path for path, lines in files.items() if lines > 250} == set()
    assert median(files.values()) <= 100
    functions = lines_of_functions()
    assert max(functions) <= 50
    assert median(functions) <= 10


def test_nothing_is_left_undone() -> None:
    unfinished = re.compile(
        r"\b(TODO|FIXME|XXX|NotImplementedError)\b|pragma: no cover|type: ignore($|[^\[])", re.MULTILINE
    )
    assert [path for path in SOURCES if unfinished.search(path.read_text())] == []


def test_every_scan_is_marked_where_make_looks() -> None:
    """`make check` collects only the modules of tests that say `scan`, so no other file may give the marker."""
    marked = [
        file.relative_to(ROOT)
        for file in (ROOT / "tests").rglob("*.py")
        if not file.name.startswith("test_") and "mark.scan" in file.read_text()
    ]
    assert marked == []
