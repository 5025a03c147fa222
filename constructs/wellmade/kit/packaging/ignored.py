"""Which files of a folder do not travel, by patterns as `.gitignore` writes them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

DEFAULTS = (
    "__pycache__/", "*.pyc", "*.pyo",
    ".git/", ".hg/", ".svn/",
    ".venv/", ".tox/", ".nox/", "node_modules/", "cdk.out/",
    ".pytest_cache/", ".mypy_cache/", ".ruff_cache/", ".hypothesis/",
    ".idea/", ".vscode/", ".DS_Store",
    ".env",
)  # fmt: skip
"""What no function needs, and `.env`, since secrets do not belong into an archive; `!.env` takes it along."""


@dataclass(frozen=True)
class Ignored:
    """Patterns, of which the last that matches decides.

    A pattern without a slash matches a name at any depth, one with a slash a path from the folder. `*`
    matches within a name, `**` over folders, a slash at the end folders alone, and `!` takes along again.
    What lies in an ignored folder stays out.
    """

    patterns: Sequence[str]

    def __contains__(self, path: str) -> bool:
        """Tell whether a path is left out; those of folders end with a slash."""
        decided = False
        for pattern in (*DEFAULTS, *self.patterns):
            if _expression(pattern.removeprefix("!")).fullmatch(path):
                decided = not pattern.startswith("!")
        return decided


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    body = pattern.rstrip("/")
    start = "" if "/" in body else "(?:.*/)?"
    end = "/" if pattern.endswith("/") else "/?"
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^]]+\])", body.removeprefix("/"))
    return re.compile(start + "".join(_part(part) for part in parts) + end)


def _part(part: str) -> str:
    glob = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if part in glob:
        return glob[part]
    return part.replace("[!", "[^", 1) if part.startswith("[") and part.endswith("]") else re.escape(part)
