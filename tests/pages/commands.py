"""What the pages tell a reader to type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.pages.blocks import Block, code_blocks

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
SHELLS = ("", "sh", "bash", "console")
"""What beside a fence says that a block may be typed."""
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
    for block in code_blocks(page):
        first = True
        for text in lines_of(block):
            line, _, comment = text.strip().removeprefix("$ ").partition("  #")
            line = line.split(" # ")[0].strip()
            if line.startswith(PROGRAMS):
                yield Command(page.name, line, comment.strip(" #"), first)
                first = False


def lines_of(block: Block) -> list[str]:
    """Return the lines of a block that may be typed, each with what goes on in the next one."""
    return block.text.replace("\\\n", " ").splitlines() if block.language in SHELLS else []
