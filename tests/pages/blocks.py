"""The blocks of code of a page, as CommonMark reads them: in fences of either kind, indented, in lists and in HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

INDENTED, HTML = "indented", "html"
"""What stands for the language of a block that can name none."""


@dataclass(frozen=True)
class Block:
    """One block; its language is the first word beside the fence."""

    language: str
    text: str


def code_blocks(page: Path) -> Iterator[Block]:
    """Read the blocks of a page, in order."""
    return blocks_in(page.read_text())


def blocks_in(text: str) -> Iterator[Block]:
    """Read the blocks of the text of a page."""
    for token in MarkdownIt().parse(text):
        if token.type == "fence":
            yield Block((token.info.split() or [""])[0], token.content)
        if token.type == "code_block":
            yield Block(INDENTED, token.content)
        if re.search(r"<(pre|code|script)\b", token.content) and token.type.startswith("html"):
            yield Block(HTML, token.content)
        for child in token.children or []:
            if child.type == "html_inline" and re.match(r"<(pre|code|script)\b", child.content):
                yield Block(HTML, token.content)
