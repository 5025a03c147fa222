"""What the pages tell a reader to type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
_SHELL = re.compile(r"^```(?:console|sh|bash)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PROGRAMS = ("wellmade ", "make ", "pip ", "cdk ", "eval ", "aws ", "pytest ", "cfn-lint ")


@dataclass(frozen=True)
class Command:
    """One line of a page."""

    page: str
    line: str
    """Without the comment."""
    comment: str
    first: bool
    """Whether it is the first of its block."""

    @property
    def exit_code(self) -> int:
        """What the page says that it ends with; 0 unless it says so."""
        said = re.match(r"exit code (\d)(?! when)", self.comment)
        return int(said[1]) if said else 0


def commands(page: Path) -> Iterator[Command]:
    """Read the shell blocks of a page, in order; what only goes on with a comment is no command."""
    for block in _SHELL.findall(page.read_text()):
        first = True
        for text in block.replace("\\\n", " ").splitlines():
            line, _, comment = text.strip().removeprefix("$ ").partition("  #")
            line = line.split(" # ")[0].strip()
            if line.startswith(PROGRAMS):
                yield Command(page.name, line, comment.strip(" #"), first)
                first = False
