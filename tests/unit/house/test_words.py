"""Names and texts use the words of the field, in the folders and pages that have been gone through."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDERS = (
    *("constructs/wellmade/capacity", "constructs/wellmade/check", "constructs/wellmade/contracts"),
    *("constructs/wellmade/facts", "constructs/wellmade/graph", "constructs/wellmade/redrive"),
    *("constructs/wellmade/foundation", "constructs/wellmade/kit", "docs"),
    *("constructs/wellmade/messaging", "constructs/wellmade/ingest", "constructs/wellmade/streaming"),
    *("constructs/wellmade/workflow", "constructs/wellmade/api", "constructs/wellmade/compute"),
    *("constructs/wellmade/data", "constructs/wellmade/network", "constructs/wellmade/security"),
    *("constructs/wellmade/policies", "stacks"),
    *("constructs/wellmade/testing", "constructs/wellmade/validation", "bench"),
    *("constructs/wellmade/local", "constructs/wellmade/prove", "lambda_src", "container_src", "demo"),
)
"""Folders with no old word left; a folder joins them once it has been gone through."""
PAGES = tuple(
    str(page.relative_to(ROOT))
    for page in sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
    if page.name != "CHANGELOG.md"
)
"""All pages, written by hand or generated."""
WORDS = {
    r"\bset(?:s|ting)?(?: \w+){0,3} aside\b": "move to the dead-letter queue",
    r"\bsilenc(?:e|ed|es|ing)\b": "suppress",
    r"\bcircles?\b": "cycle",
    r"\bfor ever\b": "indefinitely",
    r"\btells? (?:somebody|nobody)\b": "notifies, reports",
    r"\bmend(?:s|ed|ing)?\b": "fix, change, patch",
    r"\bdeeds?\b": "compensation",
    r"\bsets? (?:itself|the next one|each other) off\b|\bset off by\b": "trigger",
    r"\bin the clear\b": "unencrypted, in plain text",
    r"\bevent hubs?\b": "event bus",
    r"\bserve\(": "connect(",
    r"\ballow\([^)]*called_by=": "used_by=",
    r"\bWhere alarms go\b|\bthat forgets\b|\bover and over\b|\bbears? the tags\b": "say what it is",
    r"\btold again\b|\bcome any more\b|\basked of the CDK\b|\bWhat stands around\b": "say what it is",
}
"""What is not written, as patterns, each with what is."""
NAMES = frozenset(
    (
        *("apart_from", "at_once", "blocked_a_minute", "called_by", "copies", "expire_after"),
        *("keep_events", "keep_for", "keep_old_versions", "max_receives", "maximum_record_age", "once_per"),
        *("requests_in_five_minutes", "retry_for", "serve", "where_attributes"),
        *("add_once", "circles", "deploy_with_care", "give_back", "handing_on", "hear_of_calls"),
        *("is_always", "kept_hidden", "let_in", "mends", "place_for", "quiet", "refuse_circles"),
        *("remove_stand_ins", "surely", "surround", "tells_events", "unrolled"),
        *("Caller", "Deeds", "Entry", "Estate", "EventHub", "Facts", "FrontDoor", "Hit", "Marked"),
        *("NetworkCaller", "OfficeHours", "OvertakenError", "Pace", "PassedOverError", "SendAndWait"),
        *("UndoneError", "Wire"),
    )
)
"""What no class, function or parameter is called."""


OF_THE_DOMAIN = {("lambda_src/ledger_worker/domain.py", "Entry")}
"""A ledger has entries."""


def words_in(text: str) -> Iterator[str]:
    for pattern, better in WORDS.items():
        for found in re.finditer(pattern, text, re.IGNORECASE):
            yield f"{found[0]!r} is {better}"


def texts_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield docstrings, messages, titles and every other text, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def names_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


def findings(sources: Mapping[str, str]) -> list[str]:
    """Return what is found in sources by their file names."""
    found: list[str] = []
    for name, source in sources.items():
        tree = ast.parse(source)
        found += [f"{name}:{line}: {each}" for line, text in texts_of(tree) for each in words_in(text)]
        found += [
            f"{name}:{line}: {each}"
            for line, each in names_of(tree)
            if each.strip("_") in NAMES and (name, each) not in OF_THE_DOMAIN
        ]
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_names_and_texts_use_the_words_of_the_field(folder: str) -> None:
    files = (ROOT / folder).rglob("*.py")
    assert findings({str(file.relative_to(ROOT)): file.read_text() for file in files}) == []


@pytest.mark.parametrize("page", PAGES)
def test_pages_use_the_words_of_the_field(page: str) -> None:
    lines = (ROOT / page).read_text().splitlines()
    assert [f"{page}:{line}: {each}" for line, text in enumerate(lines, 1) for each in words_in(text)] == []


@pytest.mark.parametrize(
    "source",
    [
        '"""A message was set aside."""',
        'raise ValueError(f"{path} may set itself off for ever")',
        "def serve(caller): ...",
        "def f(*, max_receives=3): ...",
        "class _Estate: ...",
    ],
)
def test_old_words_are_found(source: str) -> None:
    assert findings({"x.py": source})


def test_the_words_of_the_field_are_not() -> None:
    assert findings({"x.py": '"""Moved to the dead-letter queue. Tell whether it is one; set it."""'}) == []
