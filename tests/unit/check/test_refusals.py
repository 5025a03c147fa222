"""Constructs and `wellmade check` speak of the same: each rule that a refusal names is one of the rules.

What is refused at synth is fed to `check` wherever a test uses the fixture `refused`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.refusals import NOT_ALWAYS_SEEN, WITHOUT_RULE
from wellmade.check.lint import MARK
from wellmade.check.registry import all_rules
from wellmade.cli import main

ROOT = Path(__file__).parents[3]
LIBRARY = ROOT / "constructs" / "wellmade"
PAGE = (ROOT / "docs" / "check.md").read_text()
CALLS = ("refusal", "_refusal", "require_between", "RefusedError")


def named() -> Iterator[tuple[str, str]]:
    """Yield the rules that refusals name, with where they do."""
    for file in sorted(LIBRARY.rglob("*.py")):
        if "check" in file.relative_to(LIBRARY).parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and _called(node.func) in CALLS:
                for keyword in node.keywords:
                    if keyword.arg == "rule" and isinstance(keyword.value, ast.Constant):
                        yield str(keyword.value.value), f"{file.name}:{node.lineno}"


def _called(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def test_each_rule_that_a_refusal_names_exists() -> None:
    rules = list(named())
    assert len(rules) > 30
    unknown = [(rule, place) for rule, place in rules if rule not in all_rules()]
    assert [each for each in unknown if not each[0].startswith(MARK)] == []


def test_each_rule_of_a_refusal_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    for rule in {rule for rule, _ in named() if not rule.startswith(MARK)}:
        assert main(["check", "--explain", rule]) == 0
        assert all_rules()[rule].fix in capsys.readouterr().out


def test_the_page_says_what_check_does_not_see() -> None:
    assert set(NOT_ALWAYS_SEEN) <= set(all_rules())
    for name, reason in (*NOT_ALWAYS_SEEN.items(), *WITHOUT_RULE.items()):
        assert f"| `{name}` | {reason} |" in PAGE
