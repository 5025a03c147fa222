"""What constructs refuse while they are defined, and the template that shows the same fault to `check`.

`tests/unit/check/raised/<folder>.yaml` has an entry for each place that makes a refusal, by file and option and in the
order of the file: the rule with resources in which it finds something, or the reason why no template shows it.
A rule without resources finds something in its own bad template.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

LIBRARY = Path(__file__).parents[1] / "constructs" / "wellmade"
TABLE = Path(__file__).parent / "unit" / "check" / "raised"
_CALLS = ("refusal", "RefusedError", "require_between")


@dataclass(frozen=True)
class Place:
    """Where a construct makes a refusal, and the rule that it names there as text."""

    file: str
    line: int
    option: str
    rule: str | None


def places() -> Iterator[Place]:
    """Yield each place in the folders of the table, in the order of their files."""
    for table in sorted(TABLE.glob("*.yaml")):
        for file in sorted((LIBRARY / table.stem).rglob("*.py")):
            found = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
            for call in sorted(found, key=lambda node: node.lineno):
                if _called(call) in _CALLS and len(call.args) > 1:
                    name = str(file.relative_to(LIBRARY))
                    yield Place(name, call.lineno, _written(call.args[1]), _rule_of(call))


def entries() -> Mapping[tuple[str, str], list[dict[str, Any]]]:
    """Return the entries of the table by file and option."""
    return {
        (f"{table.stem}/{file}", option): rows
        for table in sorted(TABLE.glob("*.yaml"))
        for file, options in yaml.load(table.read_text(), yaml.CSafeLoader).items()
        for option, rows in options.items()
    }


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _written(option: ast.expr) -> str:
    """Return an option's name, or the expression where it is worked out."""
    return str(option.value) if isinstance(option, ast.Constant) else ast.unparse(option)


def _rule_of(call: ast.Call) -> str | None:
    given = next((each.value for each in call.keywords if each.arg == "rule"), None)
    if isinstance(given, ast.Constant):
        return str(given.value)
    return ast.unparse(given) if given else None
